#include "kernel/web/page_web.h"

#include "kernel/web/asset.h"
#include "kernel/web/error_page.h"

void page_open(WebRequest *web, int status, Page *page)
{
    HttpReply *reply = web->reply;
    buf_clear(&reply->body);
    reply->status = status;
    reply->content_type = STR("text/html; charset=utf-8");
    http_reply_header(reply, STR("Content-Language"),
                      web->lang == LANG_EN ? STR("en") : STR("zh-CN"));
    http_reply_header(reply, STR("Vary"), STR("Cookie, Accept-Language"));
    bool desk = str_starts(web->http->path, STR("/desk"));
    http_reply_header(reply, STR("Cache-Control"),
                      desk ? STR("no-store") : STR("private, no-cache"));
    *page = (Page){
        .out = &reply->body,
        .lang = web->lang,
        .view = web->view,
        .desk = desk,
        .path = web->http->path,
        .query_text = web->http->query_text,
        .who = web->form_token.n ? page_text_str(&(Page){.lang = web->lang}, T_desk_who_local)
                                 : web->subject.name,
        .request_id = str_of(web->id),
        .city = web->app->city,
        .now_us = env_now_us(web->app->env),
    };
}

void web_error_page(WebRequest *web, int status, Str code, Str sentence)
{
    Page page;
    page_open(web, status, &page);
    error_page_write(&page, &(ErrorPage){.status = status, .code = code, .sentence = sentence});
}

/* The workbench opens at the first item of its menu. */
static void desk_handler(WebRequest *web)
{
    if (nav_count(NAV_DESK))
        web_redirect(web, str_of(nav_items(NAV_DESK)[0]->href));
    else
        web_error_plain(web, ERR_NOT_FOUND);
}

REGISTER(Route, desk_route) = {
    .method = HTTP_GET, .path = "/desk/", .handler = desk_handler, .page = true};

/* ---- files that are part of the program ---- */

static void asset_handler(WebRequest *web)
{
    HttpReply *reply = web->reply;
    const Asset *asset = asset_find(web->params[1]);
    if (!asset || !str_eq(asset->hash, web->params[0])) {
        web_error_plain(web, ERR_NOT_FOUND);
        return;
    }
    http_reply_header(reply, STR("Cache-Control"), STR("public, max-age=31536000, immutable"));
    http_reply_header(reply, STR("ETag"), asset->etag);
    http_reply_header(reply, STR("Vary"), STR("Accept-Encoding"));
    reply->status = 200;
    reply->content_type = asset->type;
    if (str_find(http_header(web->http, "if-none-match"), asset->etag) >= 0) {
        reply->status = 304;
        return;
    }
    bool packed = asset->gzip.n &&
                  str_find(http_header(web->http, "accept-encoding"), STR("gzip")) >= 0;
    if (packed) http_reply_header(reply, STR("Content-Encoding"), STR("gzip"));
    reply->fixed = packed ? asset->gzip : asset->bytes;
}

REGISTER(Route, asset_route) = {
    .method = HTTP_GET, .path = "/assets/{hash}/{name}", .handler = asset_handler};

static void icon_handler(WebRequest *web)
{
    web_redirect(web, asset_url("heluo-mark.svg").s);
}
REGISTER(Route, icon_route) = {.method = HTTP_GET, .path = "/favicon.ico", .handler = icon_handler};
