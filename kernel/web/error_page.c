#include "kernel/web/error_page.h"

#include "kernel/web/error_desk.page.h"
#include "kernel/web/error_public.page.h"

static TextKey title_of(int status)
{
    switch (status) {
    case 401: return T_error_401_title;
    case 403: return T_error_403_title;
    case 404: return T_error_404_title;
    case 413: return T_error_413_title;
    case 429: return T_error_429_title;
    case 503: return T_error_503_title;
    default: return status >= 500 ? T_error_500_title : T_error_400_title;
    }
}

void error_page_write(Page *page, const ErrorPage *error)
{
    ErrorPage view = *error;
    view.title = title_of(error->status);
    if (page->desk)
        error_desk(page, &view);
    else
        error_public(page, &view);
}
