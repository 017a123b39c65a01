#!/bin/sh
# Stands for a service: it says its name and ends.
echo "mail, by $(cat /etc/base)"
