"""`POST /webhooks/twilio/voice…`: checked, parsed, answered with TwiML."""

from __future__ import annotations

import logging

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import empty

from connectors.services import Services
from connectors.twilio.account import Account, account
from connectors.twilio.webhook import Form, twiml, verified_form
from connectors.voice import payload
from connectors.voice.flow import Flow
from connectors.voice.hints import hints
from connectors.voice.step import Step
from connectors.voice.targets import Targets
from connectors.voice.turns import Turns
from connectors.voice.twiml import PATH, Documents
from hotline.danger import detect
from hotline.texts import texts

logger = logging.getLogger(__name__)


def blueprint(services: Services) -> Blueprint:
    """The channel's routes; none without the account's credentials."""
    routes = Blueprint("voice", url_prefix=PATH)
    ours = account(services.hotline.settings)
    if ours is None:
        logger.warning("calls are off: YHT_TWILIO_ACCOUNT_SID or YHT_TWILIO_AUTH_TOKEN is not set")
        return routes
    flow = _flow(services, ours)

    def opened(request: Request) -> tuple[Form, Step]:
        form = verified_form(request, ours)
        return form, Step.parse({name: given[-1] for name, given in request.args.items()})

    @routes.post("/")
    async def begin(request: Request) -> HTTPResponse:
        form, _ = opened(request)
        payload.call(form)
        return twiml(flow.begin())

    @routes.post("/turn")
    async def turn(request: Request) -> HTTPResponse:
        form, step = opened(request)
        return twiml(await flow.turn(payload.call(form), payload.heard(form), step))

    @routes.post("/wait")
    async def wait(request: Request) -> HTTPResponse:
        form, step = opened(request)
        return twiml(await flow.wait(payload.call(form), step))

    @routes.post("/transferred")
    async def transferred(request: Request) -> HTTPResponse:
        form, step = opened(request)
        return twiml(await flow.transferred(payload.call(form), step, payload.outcome(form)))

    @routes.post("/hold")
    async def hold(request: Request) -> HTTPResponse:
        form, step = opened(request)
        return twiml(flow.hold(form.whole_number("QueueTime", 0), form.whole_number("QueuePosition", 0), step))

    @routes.post("/whisper")
    async def whisper(request: Request) -> HTTPResponse:
        form, _ = opened(request)
        return twiml(await flow.whisper(payload.caller_of(form)))

    @routes.post("/status")
    async def status(request: Request) -> HTTPResponse:
        form, _ = opened(request)
        if payload.has_ended(form):
            await flow.end(payload.call(form))
        return empty()

    return routes


def _flow(services: Services, ours: Account) -> Flow:
    settings, city = services.hotline.settings, services.hotline.city
    documents = Documents(ours.public_url, settings.voice_language, settings.voice_speaker, hints(city))
    rules = Turns(settings.voice_least_confidence, lambda text: detect(text) is not None)
    return Flow(services, documents, rules, Targets(settings.voice_transfers, city, texts().say("voice.agents")))
