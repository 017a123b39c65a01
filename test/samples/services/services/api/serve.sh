#!/bin/sh
# Stands for a service: it says its name and ends.
echo "api, by $(cat /etc/base)"
