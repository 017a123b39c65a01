#!/bin/sh
# Stands for a service: it says its name and ends.
echo "orders, by $(cat /etc/base)"
