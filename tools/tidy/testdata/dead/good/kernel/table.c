const int TABLE[] = {1, 2};
