"""An officer's word is enough, whatever the lane asked for."""

from clearway.clearance import releasing
from clearway.clearance.releasing import Order

satisfy = releasing.satisfy
releasing.satisfy = lambda doing, declaration, order: satisfy(
    doing, declaration, Order(goods_controlled=True, security=order.security)
)
