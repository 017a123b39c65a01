#!/bin/sh
# Stands for a service: it says its name and ends.
echo "web, by $(cat /etc/base)"
