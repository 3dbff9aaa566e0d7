#include "tools/pagec/pagec.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_add(char *name, size_t size, char c)
{
    size_t n = strlen(name);
    if (n + 1 >= size) return false;
    name[n] = (c >= 'A' && c <= 'Z') ? (char)(c + 32) : c;
    name[n + 1] = 0;
    return true;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0) return true;
    return false;
}
#define LISTED(list, name) listed(list, COUNT_OF(list), name)

/* Elements without content (HTML standard, 13.1.2). */
static const char *const VOID_ELEMENTS[] = {"area",  "base", "br",   "col",    "embed", "hr", "img",
                                            "input", "link", "meta", "source", "track", "wbr"};
static const char *const URL_ATTRIBUTES[] = {
    "href",       "src",    "action", "formaction",  "cite",         "poster",          "data",
    "xlink:href", "srcset", "ping",   "data-hx-get", "data-hx-post", "data-hx-push-url"};
/* Read out or shown to people, so written in the catalogue. */
static const char *const SPOKEN_ATTRIBUTES[] = {"title", "alt",    "aria-label",      "placeholder",
                                                "label", "data-t", "aria-description"};

static bool in_script(const HtmlState *s)
{
    return s->depth && strcmp(s->open[s->depth - 1], "script") == 0;
}

static const char *tag_closes(HtmlState *s)
{
    s->place = HTML_TEXT;
    if (s->closing) {
        if (s->depth == 0 || strncmp(s->open[s->depth - 1], s->tag, sizeof s->open[0] - 1) != 0)
            return "this closes an element that is not the last one opened";
        s->depth--;
        return NULL;
    }
    if (strcmp(s->tag, "script") == 0 && !s->has_source)
        return "no inline script: the content security policy forbids it; use a file and src";
    if (s->slash || LISTED(VOID_ELEMENTS, s->tag)) return NULL;
    if (s->depth == HTML_DEPTH_MAX) return "elements are nested too deep";
    snprintf(s->open[s->depth++], sizeof s->open[0], "%.11s", s->tag);
    return NULL;
}

static const char *tag_named(HtmlState *s)
{
    if (strcmp(s->tag, "style") == 0)
        return "no inline style: the content security policy forbids it; use ui/heluo.scss";
    if (strcmp(s->tag, "iframe") == 0 || strcmp(s->tag, "object") == 0 ||
        strcmp(s->tag, "embed") == 0 || strcmp(s->tag, "base") == 0)
        return "this element is not used on our pages";
    return NULL;
}

static const char *attribute_named(HtmlState *s)
{
    const char *name = s->attribute;
    if (strncmp(name, "on", 2) == 0)
        return "no on… attribute: the content security policy forbids it";
    if (strcmp(name, "style") == 0)
        return "no style attribute: the content security policy forbids it; use a class";
    if (strcmp(name, "target") == 0) return "links open no windows: no target attribute";
    if (strcmp(name, "srcdoc") == 0) return "no srcdoc attribute";
    if (strcmp(name, "src") == 0) s->has_source = true;
    return NULL;
}

static const char *feed_text(HtmlState *s, char c)
{
    if (in_script(s)) {
        if (c == '<')
            s->place = HTML_TAG_NAME, s->tag[0] = 0, s->closing = false;
        else if (!is_blank(c))
            return "no inline script: the content security policy forbids it";
        return NULL;
    }
    if (c == '<') {
        s->place = HTML_TAG_NAME;
        s->tag[0] = 0;
        s->closing = s->slash = s->has_source = false;
    } else if (c == '&')
        s->entity = true;
    else if (s->entity)
        s->entity = c != ';' && !is_blank(c);
    else if (is_letter(c) || (c & 0x80))
        return "words belong into the catalogue (texts.csv): write {{t key}}";
    return NULL;
}

static const char *feed_tag_name(HtmlState *s, char c)
{
    if (s->tag[0] == 0) {
        if (c == '/' && !s->closing) {
            s->closing = true;
            return NULL;
        }
        if (c == '!') {
            s->place = HTML_MARKUP;
            return NULL;
        }
        if (!is_letter(c)) return "< must be written as &lt; where it opens no element";
    }
    if (is_blank(c) || c == '>' || c == '/') {
        const char *why = s->closing ? NULL : tag_named(s);
        s->place = HTML_TAG;
        if (why) return why;
        if (c == '>') return tag_closes(s);
        s->slash = c == '/';
        return NULL;
    }
    return name_add(s->tag, sizeof s->tag, c) ? NULL : "the element's name is too long";
}

static const char *feed_tag(HtmlState *s, char c)
{
    if (c == '>') return tag_closes(s);
    s->slash = c == '/';
    if (is_blank(c) || c == '/') return NULL;
    if (!is_letter(c)) return "expected an attribute or >";
    s->place = HTML_ATTR_NAME;
    s->attribute[0] = 0;
    name_add(s->attribute, sizeof s->attribute, c);
    return NULL;
}

static const char *feed_attribute_name(HtmlState *s, char c)
{
    if (c == '=' || c == '>' || c == '/' || is_blank(c)) {
        const char *why = attribute_named(s);
        if (why) return why;
        s->place = HTML_TAG;
        if (c == '>') return tag_closes(s);
        if (c == '=') s->place = HTML_ATTR_EQUALS;
        s->slash = c == '/';
        return NULL;
    }
    return name_add(s->attribute, sizeof s->attribute, c) ? NULL
                                                          : "the attribute's name is too long";
}

static const char *feed_value(HtmlState *s, char c)
{
    if (c == s->quote) {
        s->place = HTML_TAG;
        return NULL;
    }
    s->value_begun = true;
    if (LISTED(SPOKEN_ATTRIBUTES, s->attribute) && (is_letter(c) || (c & 0x80)))
        return "words belong into the catalogue (texts.csv): write {{t key}}";
    if (LISTED(URL_ATTRIBUTES, s->attribute)) {
        if (c == ':' && (strcmp(s->scheme, "javascript") == 0 ||
                         strcmp(s->scheme, "vbscript") == 0 || strcmp(s->scheme, "data") == 0))
            return "this scheme is not allowed in an address";
        if (!is_blank(c)) name_add(s->scheme, sizeof s->scheme, c);
    }
    return NULL;
}

const char *html_feed(HtmlState *s, char c)
{
    switch (s->place) {
    case HTML_TEXT: return feed_text(s, c);
    case HTML_MARKUP:
        if (c == '-') return "comments are written {# … #}, so that they are not sent";
        if (c == '>') s->place = HTML_TEXT;
        return NULL;
    case HTML_TAG_NAME: return feed_tag_name(s, c);
    case HTML_TAG: return feed_tag(s, c);
    case HTML_ATTR_NAME: return feed_attribute_name(s, c);
    case HTML_ATTR_EQUALS:
        if (c != '"' && c != '\'') return "the value must stand in quotes";
        s->place = HTML_VALUE;
        s->quote = c;
        s->value_begun = false;
        s->scheme[0] = 0;
        return NULL;
    case HTML_VALUE: return feed_value(s, c);
    }
    return NULL;
}

HtmlSlot html_slot(HtmlState *s, const char **why)
{
    if (s->place == HTML_TEXT && in_script(s)) {
        *why = "no value inside script";
        return SLOT_NONE;
    }
    if (s->place == HTML_TEXT) return SLOT_TEXT;
    if (s->place == HTML_ATTR_EQUALS) {
        *why = "the value must stand in quotes";
        return SLOT_NONE;
    }
    if (s->place != HTML_VALUE) {
        *why = "a value may stand in text or inside a quoted attribute only";
        return SLOT_NONE;
    }
    bool begun = s->value_begun;
    s->value_begun = true;
    if (!LISTED(URL_ATTRIBUTES, s->attribute)) return SLOT_VALUE;
    return begun ? SLOT_URL_PART : SLOT_URL;
}

const char *html_settle(HtmlState *s)
{
    if (s->place == HTML_TAG_NAME && s->tag[0] && !s->closing) {
        s->place = HTML_TAG;
        s->slash = false;
        return tag_named(s);
    }
    if (s->place != HTML_ATTR_NAME) return NULL;
    s->place = HTML_TAG;
    return attribute_named(s);
}

bool html_same(const HtmlState *a, const HtmlState *b)
{
    if (a->place != b->place || a->depth != b->depth) return false;
    for (int i = 0; i < a->depth; i++)
        if (strcmp(a->open[i], b->open[i]) != 0) return false;
    if (a->place == HTML_TEXT) return true;
    if (strcmp(a->tag, b->tag) != 0 || a->closing != b->closing) return false;
    if (a->place == HTML_TAG) return true;
    return strcmp(a->attribute, b->attribute) == 0 && a->quote == b->quote &&
           a->value_begun == b->value_begun;
}

bool html_blank_matters(const HtmlState *s)
{
    if (s->place == HTML_VALUE) return true;
    for (int i = 0; i < s->depth; i++)
        if (strcmp(s->open[i], "pre") == 0 || strcmp(s->open[i], "textarea") == 0) return true;
    return false;
}
