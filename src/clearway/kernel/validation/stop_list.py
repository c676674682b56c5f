"""Descriptions that describe nothing: the words that cargo and goods declarations may not use.

The list follows the international guidance on acceptable goods descriptions (WCO SAFE
Framework, advance cargo information) in the product's languages. A description is refused when
the whole of it is such a word; "parts for hair clippers" is a description, "parts" is none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NOT_A_LETTER = re.compile(r"[\W_]+")
FIRST_WORD: Final = re.compile(r"[A-Za-z0-9]+")
"""The first word of an ASCII text, as folding leaves it but for its case."""

_WORDS: Final = """
general cargo; general merchandise; general goods; mixed cargo; mixed goods; cargo; freight;
freight of all kinds; fak; consolidated; consolidated cargo; consolidation; groupage; goods;
merchandise; various goods; various; miscellaneous; misc; articles; items; products; parts;
spare parts; spares; accessories; components; equipment; appliances; supplies; materials; stuff;
samples; sample; gift; gifts; present; as per invoice; as per b l; as per bl;
as per bill of lading; as per attached list; as per attached; as per packing list; see invoice;
see attached; said to contain; stc; said to be; unknown; not known; n a; na; nil; none; other;
others; tbc; tba; to be advised; test; personal effects; household goods; used goods; chemicals;
electronics; foodstuffs; machinery; tools; clothing; daily necessities;
marchandises; marchandises diverses; marchandises générales; divers; groupage divers; pièces;
pièces détachées; pièces de rechange; articles divers; échantillons; cadeau; cadeaux; effets;
selon facture; suivant facture; selon connaissement; voir facture; produits divers; matériel;
普通货物; 一般货物; 货物; 杂货; 百货; 日用品; 零件; 配件; 部件; 样品; 礼品; 礼物; 物品; 商品;
其他; 见发票; 详见发票; 见提单; 集装货物; 拼箱货物; 混装货物; 貨物; 雜貨; 零件配件; 樣品; 禮品;
hàng hóa; hàng hoá; hàng tổng hợp; hàng bách hóa; hàng bách hoá; hàng các loại; hàng linh tinh;
linh kiện; phụ tùng; phụ kiện; hàng mẫu; mẫu; quà tặng; quà biếu; như hóa đơn; theo hóa đơn;
theo vận đơn; hàng khác; hàng gom; bộ phận;
بضائع; بضائع عامة; بضائع متنوعة; بضاعة; شحنة عامة; قطع غيار; أجزاء; لوازم; عينات; هدية; هدايا;
حسب الفاتورة; وفقا لبوليصة الشحن; منتجات; متنوعات; غير معروف
"""


def folded(text: str) -> str:
    """Return a description as it is compared: NFKC, case-folded, every other sign one blank."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_A_LETTER.sub(" ", plain).strip()


STOP_LIST: Final = frozenset(filter(None, map(folded, _WORDS.split(";"))))
"""The folded words. A pack adds or takes away by its settings."""
