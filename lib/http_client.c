#include "lib/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
    ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

typedef struct Transfer {
    const HttpCall *call;
    Buf *reply;
    FILE *file;   /* of body_path */
    bool refused; /* by the sink, or over the reply's ceiling */
} Transfer;

static size_t on_received(char *bytes, size_t one, size_t size, void *self)
{
    (void)one;
    Transfer *transfer = self;
    const HttpCall *call = transfer->call;
    Str part = {bytes, size};
    if (call->sink) {
        transfer->refused = !call->sink(call->sink_self, part);
    } else {
        buf_add(transfer->reply, part);
        transfer->refused = transfer->reply->overflow;
    }
    return transfer->refused ? 0 : size; /* other than size ends the transfer */
}

static int on_progress(void *self, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    (void)down_total, (void)down;
    const HttpCall *call = self;
    call->progress(call->progress_self, up, up_total);
    return 0;
}

static struct curl_slist *header_list(const HttpCall *call)
{
    struct curl_slist *list = NULL;
    for (int i = 0; i < call->header_count; i++) {
        HttpPair header = call->headers[i];
        Buf line = buf_new(HTTP_HEAD_MAX);
        buf_printf(&line, STR_FMT ": " STR_FMT, STR_ARG(header.name), STR_ARG(header.value));
        buf_byte(&line, '\0');
        ASSERT(!line.overflow);
        struct curl_slist *longer = curl_slist_append(list, line.p);
        ASSERT(longer != NULL);
        list = longer;
        buf_free(&line);
    }
    return list;
}

static Err body_open(CURL *curl, const HttpCall *call, Transfer *transfer, Buf *why)
{
    struct stat info;
    if (call->body_path == NULL) {
        if (call->body.n == 0 && strcmp(call->method, "POST") != 0) return ERR_OK;
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.n ? call->body.p : "");
        return ERR_OK;
    }
    transfer->file = fopen(call->body_path, "rbe");
    if (transfer->file == NULL || fstat(fileno(transfer->file), &info) != 0 ||
        !S_ISREG(info.st_mode)) {
        if (transfer->file)
            buf_printf(why, "%s is not a regular file", call->body_path);
        else
            buf_printf(why, "cannot read %s: %m", call->body_path);
        return ERR_NOT_FOUND;
    }
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READDATA, transfer->file);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)info.st_size);
    return ERR_OK;
}

static void options_set(CURL *curl, const HttpCall *call, Transfer *transfer,
                        struct curl_slist *headers)
{
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, call->socket_path);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_received);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    if (strcmp(call->method, "HEAD") == 0) curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call->method);
    if (call->progress) {
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, call);
    }
}

/* A server that refuses a body closes while it is still being sent; its answer counts. */
static bool answered(CURLcode code, long status)
{
    return code == CURLE_OK ||
           ((code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR) && status >= 400);
}

static Err call_run(CURL *curl, const Transfer *transfer, int *status, Buf *why)
{
    long code = 0;
    CURLcode result = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    *status = (int)code;
    if (answered(result, code)) return ERR_OK;
    if (transfer->refused) {
        buf_lit(why, "the reply was not taken to its end");
        return ERR_TOO_LARGE;
    }
    buf_printf(why, "%s: %s", transfer->call->socket_path, curl_easy_strerror(result));
    return result == CURLE_COULDNT_CONNECT ? ERR_NOT_FOUND : ERR_INTERNAL;
}

Err http_call(const HttpCall *call, int *status, Buf *reply, Buf *why)
{
    ASSERT(call->target[0] == '/' && (reply != NULL || call->sink != NULL));
    pthread_once(&curl_once, curl_start);
    CURL *curl = curl_easy_init();
    ASSERT(curl != NULL);
    Transfer transfer = {.call = call, .reply = reply};
    struct curl_slist *headers = header_list(call);
    Buf url = buf_new(HTTP_URL_MAX + 64);
    *status = 0;
    buf_printf(&url, "http://localhost%s", call->target);
    buf_byte(&url, '\0');
    Err err = ERR_BAD;
    if (url.overflow) {
        buf_lit(why, "the target is too long");
        goto done;
    }
    curl_easy_setopt(curl, CURLOPT_URL, url.p);
    options_set(curl, call, &transfer, headers);
    err = body_open(curl, call, &transfer, why);
    if (err == ERR_OK) err = call_run(curl, &transfer, status, why);
done:
    if (transfer.file) fclose(transfer.file);
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    buf_free(&url);
    return err;
}
