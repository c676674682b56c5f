"""Comparing names across ways of writing them, for search and never for storing.

A name is kept as its owner wrote it. To find it again, Unicode's compatibility form, case,
signs and the Chinese variants are folded; Vietnamese tone marks are not, because they tell
people apart (``An``, ``Ân``, ``Ấn``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SIGNS = re.compile(r"[\W_]+")

# Traditional and simplified form side by side: the characters that names of companies, places
# and families use most. A pair missing here only means that a search does not bridge it.
_VARIANTS: Final = """
萬万 與与 專专 業业 東东 絲丝 兩两 嚴严 喪丧 個个 豐丰 臨临 為为 麗丽 舉举 義义 烏乌 樂乐
喬乔 習习 鄉乡 書书 買买 亂乱 爭争 虧亏 雲云 亞亚 產产 畝亩 親亲 億亿 僅仅 從从 倉仓 儀仪
們们 價价 眾众 優优 會会 傘伞 偉伟 傳传 傷伤 倫伦 偽伪 體体 餘余 傭佣 俠侠 側侧 僑侨 債债
傾倾 償偿 儲储 兒儿 黨党 蘭兰 關关 興兴 養养 獸兽 內内 岡冈 冊册 寫写 軍军 農农 馮冯 決决
況况 凍冻 淨净 涼凉 減减 幾几 鳳凤 憑凭 凱凯 擊击 劃划 劉刘 則则 剛刚 創创 刪删 別别 劑剂
劍剑 勸劝 辦办 務务 動动 勵励 勁劲 勞劳 勢势 區区 醫医 華华 協协 單单 賣卖 盧卢 衛卫 卻却
廠厂 廳厅 歷历 厲厉 壓压 廁厕 廂厢 縣县 參参 雙双 發发 變变 葉叶 號号 嘆叹 嚇吓 嗎吗 啟启
吳吴 員员 聽听 嗚呜 嘯啸 國国 圖图 圓圆 聖圣 場场 壞坏 塊块 堅坚 壇坛 壩坝 墳坟 墜坠 壟垄
墾垦 聲声 處处 備备 復复 夠够 頭头 誇夸 奪夺 奮奋 奧奥 婦妇 媽妈 婁娄 嬌娇 孫孙 學学 寧宁
寶宝 實实 寵宠 審审 憲宪 宮宫 寬宽 賓宾 對对 尋寻 導导 壽寿 將将 爾尔 塵尘 堯尧 層层 屬属
嶼屿 歲岁 豈岂 島岛 嶺岭 嶽岳 峽峡 鞏巩 幣币 師师 帳帐 帶带 幫帮 廣广 莊庄 慶庆 庫库 應应
廟庙 龐庞 廢废 開开 異异 棄弃 張张 彌弥 彎弯 彈弹 強强 歸归 當当 錄录 徹彻 徑径 禦御 憶忆
懷怀 態态 總总 戀恋 懇恳 惡恶 愛爱 懸悬 驚惊 戲戏 戰战 戶户 撲扑 執执 擴扩 掃扫 揚扬 撫抚
搶抢 護护 報报 擔担 擬拟 攏拢 揀拣 擁拥 擇择 掛挂 揮挥 損损 換换 據据 擺摆 攝摄 攜携 數数
齋斋 鬥斗 斬斩 斷断 無无 舊旧 時时 曠旷 曉晓 暉晖 暫暂 術术 樸朴 機机 殺杀 雜杂 權权 條条
來来 楊杨 傑杰 極极 構构 樞枢 棗枣 槍枪 楓枫 櫃柜 標标 棧栈 棟栋 欄栏 樹树 樣样 橋桥 檔档
夢梦 檢检 樓楼 橫横 櫻樱 歡欢 歐欧 殘残 殲歼 殼壳 毀毁 畢毕 氈毡 氣气 漢汉 湯汤 溝沟 沒没
淪沦 滄沧 滬沪 瀘泸 潑泼 澤泽 潔洁 灑洒 漿浆 澆浇 濁浊 測测 濟济 瀏浏 渾浑 濃浓 濤涛 澇涝
漣涟 潤润 澗涧 漲涨 溫温 灣湾 濕湿 滿满 漁渔 滲渗 滾滚 濱滨 灘滩 瀾澜 滅灭 燈灯 靈灵 災灾
燦灿 爐炉 煉炼 爍烁 爛烂 燭烛 煙烟 煩烦 燒烧 熱热 煥焕 牆墙 犧牺 狀状 猶犹 獨独 狹狭 獅狮
獄狱 獵猎 豬猪 貓猫 獻献 璽玺 瑪玛 環环 現现 瑋玮 瓊琼 電电 畫画 暢畅 療疗 瘋疯 癢痒 盜盗
鹽盐 監监 蓋盖 盤盘 眞真 礦矿 碼码 磚砖 硯砚 確确 礎础 禮礼 禍祸 祿禄 離离 禿秃 種种 積积
稱称 穩稳 窮穷 竊窃 窯窑 競竞 篤笃 筆笔 箋笺 籠笼 築筑 簽签 簡简 籃篮 類类 糧粮 緊紧 糾纠
紅红 約约 級级 紀纪 純纯 紗纱 納纳 縱纵 紛纷 紙纸 紋纹 紡纺 線线 練练 組组 細细 織织 終终
紹绍 經经 結结 給给 絡络 絕绝 統统 繼继 績绩 緒绪 續续 繩绳 維维 綿绵 綜综 綠绿 緯纬 編编
緣缘 縫缝 縮缩 網网 羅罗 罰罚 罷罢 聯联 職职 聰聪 肅肃 腸肠 膚肤 腎肾 脹胀 勝胜 膠胶 脈脉
臟脏 腦脑 腳脚 脫脱 臉脸 臺台 艦舰 艙舱 艱艰 藝艺 節节 蘇苏 蘆芦 蘋苹 範范 莖茎 荊荆 薦荐
榮荣 藥药 蓮莲 獲获 瑩莹 營营 蕭萧 薩萨 蔣蒋 藍蓝 虜虏 慮虑 蟲虫 雖虽 蝦虾 蠶蚕 蠻蛮 蠟蜡
補补 襯衬 裝装 製制 襲袭 見见 觀观 規规 視视 覽览 覺觉 觸触 計计 訂订 認认 譏讥 討讨 讓让
訓训 議议 訊讯 記记 講讲 許许 論论 設设 訪访 證证 評评 識识 詐诈 訴诉 診诊 詞词 譯译 試试
詩诗 誠诚 話话 誕诞 詢询 該该 詳详 語语 誤误 說说 請请 諸诸 諾诺 讀读 課课 誰谁 調调 談谈
謀谋 謝谢 謙谦 譜谱 貝贝 貞贞 負负 貢贡 財财 責责 賢贤 敗败 賬账 貨货 質质 販贩 貪贪 貧贫
購购 貫贯 貴贵 貸贷 貿贸 費费 賀贺 賊贼 資资 賴赖 賜赐 賠赔 賞赏 贊赞 贈赠 贏赢 趙赵 趕赶
躍跃 踐践 車车 軌轨 軒轩 轉转 輪轮 軟软 軸轴 輕轻 載载 較较 輔辅 輛辆 輩辈 輝辉 輸输 轄辖
辭辞 邊边 遼辽 達达 遷迁 過过 邁迈 運运 還还 這这 進进 遠远 違违 連连 遲迟 適适 選选 遜逊
遞递 邏逻 遺遗 鄧邓 鄭郑 鄰邻 鬱郁 鄒邹 釀酿 釋释 裏里 鑒鉴 針针 釘钉 鈔钞 鋼钢 鐘钟 鈉钠
鑰钥 鈞钧 鎢钨 鈕钮 錢钱 鉗钳 鑽钻 鉀钾 鐵铁 鈴铃 鉛铅 銅铜 鋁铝 銀银 鑄铸 鋪铺 鏈链 銷销
鎖锁 鋒锋 銳锐 錫锡 鑼锣 錘锤 錦锦 鍋锅 鍛锻 鍵键 鎮镇 鏡镜 長长 門门 閃闪 閉闭 問问 閏闰
間间 閔闵 閘闸 聞闻 閥阀 閣阁 閱阅 隊队 陽阳 陰阴 陣阵 階阶 際际 陸陆 陳陈 陝陕 險险 隨随
隱隐 隸隶 難难 雛雏 霧雾 靜静 韓韩 韻韵 頁页 頂顶 項项 順顺 須须 顧顾 頓顿 頒颁 預预 領领
頻频 題题 顏颜 額额 風风 颱台 飛飞 飯饭 飲饮 飼饲 飾饰 餅饼 館馆 饋馈 饑饥 馬马 馳驰 駁驳
驅驱 駛驶 駐驻 駕驾 騎骑 驗验 騰腾 鬆松 魚鱼 魯鲁 鮮鲜 鯨鲸 鳥鸟 雞鸡 鳴鸣 鴨鸭 鴻鸿 鵬鹏
鶴鹤 鷹鹰 麥麦 黃黄 點点 齊齐 齒齿 齡龄 龍龙 龜龟
"""


def _variants() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in _VARIANTS.split()}


_SIMPLIFIED: Final = _variants()


def name_key(name: str) -> str:
    """Return what two ways of writing one name have in common.

    >>> name_key("Ｄragon 貿易 Co., Ltd.") == name_key("DRAGON 贸易 CO LTD")
    True
    >>> name_key("Ân") == name_key("An")
    False
    """
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_SIMPLIFIED)
    return unicodedata.normalize("NFKC", _SIGNS.sub(" ", plain)).strip()
