"""`POST /webhooks/twilio/sms` and `/webhooks/twilio/status`: verify, commit, acknowledge; the answer is sent later."""

from __future__ import annotations

import asyncio
import logging

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty

from connectors.services import Services
from connectors.sms.manner import SmsManner
from connectors.sms.payload import parse, parse_report
from connectors.twilio.account import account
from connectors.twilio.webhook import twiml, verified_form
from hotline.conversations.model import Attendant

logger = logging.getLogger(__name__)


def blueprint(services: Services) -> Blueprint:
    """The channel's routes; none without the account's credentials."""
    routes = Blueprint("sms", url_prefix="/webhooks/twilio")
    ours = account(services.hotline.settings)
    if ours is None or not ours.may_text:
        logger.warning("SMS is off: YHT_TWILIO_ACCOUNT_SID, YHT_TWILIO_AUTH_TOKEN or the sender of texts is not set")
        return routes

    manner = SmsManner(services.hotline.conversations)

    @routes.post("/sms")
    async def sms(request: Request) -> HTTPResponse:
        accepted = await services.pump.accept(parse(verified_form(request, ours)))
        if accepted.attendant is Attendant.AGENT:  # nobody else reads messages to an agent
            await asyncio.to_thread(manner.heed, accepted.message)
        return twiml()

    @routes.post("/status")
    async def status(request: Request) -> HTTPResponse:
        report = parse_report(verified_form(request, ours), request.args.get("message"))
        if report.state and not await asyncio.to_thread(
            services.hotline.deliveries.report, report.message_id, report.provider_id, report.state, report.problem
        ):
            logger.info("a status report for a message that is not known")
        return empty()

    return routes
