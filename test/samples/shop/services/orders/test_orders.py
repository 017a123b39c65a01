import unittest

from orders import Order


class OrderTest(unittest.TestCase):
    def test_one_article_is_singular(self):
        self.assertEqual(Order(7, (1,)).subject(), "Your order 7: 1 article")

    def test_several_articles_are_plural(self):
        self.assertEqual(Order(8, (1, 2)).subject(), "Your order 8: 2 articles")
