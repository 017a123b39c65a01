#!/bin/sh
# Stands for a service: it says its name and ends.
echo "cart, by $(cat /etc/base)"
