"""Rows in a file on the data volume: /order/ID adds one, /orders lists them. An order that is repeated is one order."""

import os

from serve import serve

FOLDER = "/data/shop"
ROWS = f"{FOLDER}/orders"


def read():
    try:
        with open(ROWS, encoding="ascii") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def answer(path):
    if path.startswith("/order/"):
        order = path.removeprefix("/order/")
        if order not in read().split():
            with open(ROWS, "a", encoding="ascii") as file:
                file.write(f"{order}\n")
                file.flush()
                os.fsync(file.fileno())
    return 200, read()


os.makedirs(FOLDER, exist_ok=True)
serve(answer)
