module shop/shipping

go 1.19
