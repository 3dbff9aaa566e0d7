#include "kernel/web/form.h"

#include "kernel/web/session.h"
#include "lib/text.h"

static bool part_decode(Arena *arena, Str raw, Str *out)
{
    if (raw.n == 0) {
        *out = STR("");
        return true;
    }
    Buf decoded = buf_new(FORM_BYTES_MAX);
    bool ok = url_decode(&decoded, raw, true) && !decoded.overflow &&
              utf8_valid(buf_str(&decoded)) && memchr(decoded.p, 0, decoded.n) == NULL;
    if (ok) *out = arena_str(arena, buf_str(&decoded));
    buf_free(&decoded);
    return ok;
}

static bool field_add(Form *form, Arena *arena, Str pair)
{
    Str name, value = pair, decoded_name, decoded_value;
    if (form->count == FORM_FIELDS_MAX) return false;
    str_split(&value, '=', &name);
    if (value.p == NULL || !part_decode(arena, name, &decoded_name) ||
        !part_decode(arena, value, &decoded_value))
        return false;
    for (int i = 0; i < form->count; i++) {
        if (str_eq(form->fields[i].name, decoded_name)) return false;
    }
    form->fields[form->count++] = (HttpPair){decoded_name, decoded_value};
    return true;
}

Err form_read(Str content_type, Str body, Arena *arena, Form *out)
{
    static const Str TYPE = STR_INIT("application/x-www-form-urlencoded");
    *out = (Form){0};
    Str type, pair;
    str_split(&content_type, ';', &type);
    if (!str_eq(str_trim(type), TYPE) || body.n > FORM_BYTES_MAX) return ERR_BAD;
    if (body.n == 0) return ERR_OK;
    while (str_split(&body, '&', &pair)) {
        if (!field_add(out, arena, pair)) return ERR_BAD;
    }
    return ERR_OK;
}

Str form_value(const Form *form, const char *name)
{
    for (int i = 0; i < form->count; i++) {
        if (str_is(form->fields[i].name, name)) return form->fields[i].value;
    }
    return STR_NONE;
}

static const Text TEXT_FORM = {"表单没有完整传到，请返回上一页重新填写",
                               "the form did not arrive whole; go back and send it again"};

bool web_form(WebRequest *web, Form *out)
{
    Str type = http_header(web->http, "content-type");
    if (form_read(type, web->http->body, web->arena, out) != ERR_OK) {
        web_error(web, ERR_BAD, "form", &TEXT_FORM, STR_NONE, STR_NONE);
        return false;
    }
    return session_form_ok(web, form_value(out, "form_token"));
}
