"""Sends on what was ordered, every few seconds."""

import json
import time
import urllib.request

from orders import Order


def send_open_orders():
    with urllib.request.urlopen("http://orders:8080/orders/open", timeout=5) as answer:
        orders = [Order(o["number"], tuple(o["articles"])) for o in json.load(answer)]
    for order in orders:
        mail = json.dumps({"subject": order.subject()}).encode()
        urllib.request.urlopen("http://mail:8080/mails", data=mail, timeout=5).close()


if __name__ == "__main__":
    while True:
        try:
            send_open_orders()
        except OSError as error:
            print(f"not sent, trying again: {error}", flush=True)
        time.sleep(5)
