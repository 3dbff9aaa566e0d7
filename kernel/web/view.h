/* How a reader wants to see pages; kept in the cookie `view`. */
#pragma once

typedef enum ViewMode {
    VIEW_NORMAL,
    VIEW_ELDER,    /* 大字版: body 18 pt, one column */
    VIEW_CONTRAST, /* 高对比 */
} ViewMode;
