"""`yihaotong up`: every process in one terminal, with an embedded Valkey and SQLite unless others are set."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from http.client import HTTPException

from hotline.processes import embedded, opened, training
from hotline.processes.supervisor import Output, Program, Supervisor, ended
from hotline.settings import Settings

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RETRY_TRAINING_SECONDS = 2.0
LOOK_SECONDS = 0.3

GATEWAY_STAGE, INNER_STAGE, VALKEY_STAGE = 0, 1, 2


class UpFailed(Exception):
    """The hotline cannot be started; the message says why in one line."""


def run(settings: Settings, output: Output) -> None:
    """Start all processes and run until told to stop. Raises UpFailed, embedded.InUse or SettingsError."""
    settings = settings.model_copy(update={"data": settings.data.resolve()})
    with embedded.data_folder(settings.data) as lock:
        if not embedded.is_free(settings.host, settings.port):
            raise embedded.InUse(
                f"port {settings.port} is taken by another program; stop it, or choose another with --port"
            )
        asyncio.run(_Up(settings, output, lock).run())


class _Up:
    """One run of `yihaotong up`."""

    def __init__(self, settings: Settings, output: Output, lock: int) -> None:
        self._settings, self._output = settings, output
        self._valkey_port, dialogue, actions = embedded.free_ports(3)
        self._shared = {
            "YHT_CITY": settings.city,
            "YHT_DATA": str(settings.data),
            "YHT_HOST": settings.host,
            "YHT_PORT": str(settings.port),
            "YHT_DATABASE_URL": settings.database_url or settings.sql_url,
            "YHT_REDIS_URL": settings.redis_url or embedded.note_valkey(settings.data, self._valkey_port),
            "YHT_SECRET_KEY": settings.session_secret(),
            "YHT_DIALOGUE_URL": f"http://127.0.0.1:{dialogue}",
            "YHT_ACTIONS_URL": f"http://127.0.0.1:{actions}",
            "YHT_LOG_FORMAT": "text" if output.as_text else "json",
            "PYTHONUNBUFFERED": "1",
        }
        self._supervisor = Supervisor(output, inherited=[lock])
        self._started = time.monotonic()

    async def run(self) -> None:
        """Start all processes, wait for a stop signal, and stop them."""
        told_to_stop = asyncio.Event()
        for number in STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(told_to_stop.wait())
        try:
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
            self._output.say("stopping …")
        finally:
            stopping.cancel()
            await self._supervisor.stop()
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        self._output.say("stopped")

    async def _start(self) -> None:
        """Start the processes, the gateway first, so that messages are kept while the assistant is trained."""
        await self._migrate()
        if not self._settings.redis_url:
            command = embedded.valkey_command(self._settings.data / "valkey", self._valkey_port)
            self._supervisor.keep(Program("valkey", command, {}, VALKEY_STAGE, signal.SIGTERM, embedded.VALKEY_NOISE))
        self._keep("gateway", GATEWAY_STAGE)
        await self._train()
        for name, stage in (("actions", INNER_STAGE), ("dialogue", INNER_STAGE), ("worker", GATEWAY_STAGE)):
            self._keep(name, stage)
        await self._announce()

    async def _migrate(self) -> None:
        code = await self._supervisor.run(self._program("migrate", GATEWAY_STAGE))
        if code and not await self._supervisor.wait_until_stopping(0):
            raise UpFailed("the database could not be prepared (see above)")

    async def _train(self) -> None:
        """Train when needed. A training that was killed is started again; one that fails is given up."""
        while not training.is_fresh(self._settings):
            self._output.say("the assistant is being trained; this takes some minutes, and only after changes")
            code = await self._supervisor.run(self._program("train", INNER_STAGE))
            if code > 0:
                self._without_training()
                return
            if code < 0:
                if await self._supervisor.wait_until_stopping(RETRY_TRAINING_SECONDS):
                    return
                self._output.say(f"the training {ended(code)}; it starts again", level="error")

    def _without_training(self) -> None:
        try:
            model = training.newest_model(self._settings.models_folder)
        except training.NoModel:
            raise UpFailed("the assistant could not be trained (see above)") from None
        self._output.say(
            f"the assistant could not be trained (see above); the older {model.name} answers", level="error"
        )

    async def _announce(self) -> None:
        url = f"http://localhost:{self._settings.port}"
        while not await asyncio.to_thread(_is_ready, self._settings.port):
            if await self._supervisor.wait_until_stopping(LOOK_SECONDS):
                return
        await self._supervisor.run(self._program("staff", GATEWAY_STAGE, "first"))
        self._output.say(
            f"一号通 is ready: {self._settings.public_url or url} (after {time.monotonic() - self._started:.0f} s)"
        )

    def _keep(self, name: str, stage: int) -> None:
        self._supervisor.keep(self._program(name, stage))

    def _program(self, name: str, stage: int, *words: str) -> Program:
        command = [sys.executable, "-P", "-m", "hotline.cli", name, *words]
        return Program(name, command, {**self._shared, "PYTHONPATH": _python_path()}, stage)


def _python_path() -> str:
    """PYTHONPATH with the project first, independent of the working directory."""
    from hotline.settings import PROJECT_ROOT

    return os.pathsep.join([str(PROJECT_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])


def _is_ready(port: int) -> bool:
    try:
        with opened(f"http://127.0.0.1:{port}/readyz", 5) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False
