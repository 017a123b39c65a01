#!/bin/sh
# Stands for a service: it says its name and ends.
echo "users, by $(cat /etc/base)"
