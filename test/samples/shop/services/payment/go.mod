module shop/payment

go 1.19
