from . import test_stock_delivery
