"""What a reply to a citizen must contain and must not contain; the errors are keys of texts (missing.<key>)."""

from __future__ import annotations

import re

from hotline.tickets.lifecycle import Incomplete
from hotline.tickets.model import RequestType, Ticket

MIN_LENGTH = 20
_NOISE = re.compile(r"[\W_]+")
GAP = re.compile("【[^】]*】")
EMPTY = re.compile(
    r"^(?:您好|你好|市民|先生|女士|尊敬的|感谢|谢谢|来电|来信|反映|诉求|问题|情况|您的|您|我们|我局|我单位|该|已经?|收悉|收到|知悉|知晓|受理|转办|转"
    r"|交|相关|有关|部门|处理|办理|核实|会|将|尽快|及时|进一步|跟进|落实|按规定|依法|妥善|请|耐心|等待|支持|理解|监督|关注|工作|对|的|了|并|给|予以|在|与|和|及)+$"
)
DONE = re.compile(
    "经|已(?:于|经|对|将|责令|要求|修复|整改|清理|处理完|安排|完成|安装|更换|退|解决|联系|到|前往|约谈|下达|立案|开通|恢复)"
    "|现场|核查|查看|检查|走访|协调|修|完成|恢复|整改|责令|处罚|清理|更换|安装|退款|约谈|计划|预计|因|由于|根据|依据|按照|可以|需要|不属于|无法"
    "|repair|fix|check|inspect|plan|because|according"
)
ANSWERING = re.compile(
    "可以|需要|应|请(?:携带|到|在|登录|拨打|联系)|办理|根据|依据|按照|规定|标准|材料|流程|时间|地址|电话|不能|无法|属于"
)


def check_reply(reply: str, ticket: Ticket) -> None:
    """Raises lifecycle.Incomplete with every fault of a reply: `reply` (it is empty), `reply_gaps` (a gap of a template
    is not filled in), `reply_content` (only 已收悉), `reply_length` (too short), `reply_result` (it neither says what
    was found or done nor answers), `reply_identity` (it tells who the citizen is).
    """
    plain = _NOISE.sub("", reply)
    if not plain:
        raise Incomplete("reply")
    missing = ["reply_gaps"] if GAP.search(reply) else []
    if EMPTY.match(plain):
        missing.append("reply_content")
    elif len(plain) < MIN_LENGTH:
        missing.append("reply_length")
    answered = ANSWERING if ticket.request_type is RequestType.CONSULTATION else DONE
    if ticket.request_type is not RequestType.PRAISE and not (answered.search(reply) or DONE.search(reply)):
        missing.append("reply_result")
    contact = ticket.contact
    if (contact.phone and contact.phone in re.sub(r"[\s-]", "", reply)) or (
        contact.name and len(contact.name) > 1 and contact.name in reply
    ):
        missing.append("reply_identity")
    if missing:
        raise Incomplete(*missing)
