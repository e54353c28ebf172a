"""The gallery: wrong providers by what they do wrong."""

from __future__ import annotations

import textwrap

from contracts.acme import CONTRACT, JOB_CONTRACT, KEYLESS, Wrong


def identity(entry: str) -> str:
    return f"def identity(self, request):\n    return {{**super().identity(request), {entry}}}"


def generate(body: str) -> str:
    return f"def generate(self, request):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}"


def instead(of: str, raises: str) -> str:
    return generate(f"try:\n    return super().generate(request)\nexcept {of} as exc:\n    raise {raises}")


def refusing(what: str) -> str:
    return generate(f"if {what}:\n    raise InvalidRequest('not that')\nreturn super().generate(request)")


# Before anything is ordered.
BEFORE = {
    "create calls the service": Wrong(
        "p1",
        "def __init__(self, settings):\n    super().__init__(settings)\n    requests.get(settings.env['ACME_URL'])",
    ),
    "create wants the key": Wrong(
        "p1", "def __init__(self, settings):\n    super().__init__(settings)\n    settings.key('acme', 'ACME_KEY')"
    ),
    "open does not look for the key": Wrong("p2", "def open(self):\n    self.key = self.settings.env.get('ACME_KEY')"),
    "the key's variable is not in key_env": Wrong(
        "p2", "", plugin=KEYLESS, told="open asks for ACME_KEY; name it in key_env of the spec ("
    ),
    "identity needs open": Wrong("p3", identity("'opened': bool(self.key)")),
    "estimate asks the service": Wrong(
        "p3", "def estimate(self, request):\n    requests.get(self.settings.env['ACME_URL'])\n    return PRICE"
    ),
    "notices need the key": Wrong(
        "p3", "def notices(self, request):\n    self.settings.env['ACME_KEY']\n    return super().notices(request)"
    ),
    "a number is a key of the identity": Wrong("p4", identity("1: 2")),
    "a pair of numbers is in the identity": Wrong("p4", identity("'size': request.size")),
    "a path is in the identity": Wrong("p4", identity("'home': Path('/')")),
    "the instance is in the identity": Wrong("p5", identity("'instance': id(self)")),
    "the scene's number is in the identity": Wrong("p6", identity("'scene': request.scene_id")),
    "the scene's title is in the identity": Wrong("p6", identity("'title': request.title")),
    "the case claims that the scene is drawn": Wrong(
        "p6", "", CONTRACT.replace("shaping=", "draws_scene=True, shaping=")
    ),
    "the model is not in the identity": Wrong("p7", identity("'model': ''")),
    "the key is in the identity": Wrong("p8", identity("'account': self.settings.env.get('ACME_KEY')")),
    "an unknown option is passed over": Wrong("p9", "def notices(self, request):\n    return ()"),
    "an unknown option is an error": Wrong(
        "p9",
        """
        def notices(self, request):
            if unknown := unknown_options(request.options, known=["model"]):
                raise ConfigError(unknown[0])
            return ()
        """,
    ),
}

# Orders, pictures and errors.
ORDERS = {
    "the picture is text": Wrong(
        "p10",
        generate(
            """
            answer = super().generate(request)
            return f'<svg>{request.prompt}</svg>' if answer.data.startswith(PNG) else answer
            """
        ),
    ),
    "the picture is cut short": Wrong(
        "p10", generate("answer = super().generate(request)\nreturn replace(answer, data=answer.data[:-99])")
    ),
    "each picture is ordered twice": Wrong(
        "p11", generate("answer = super().generate(request)\nsuper().generate(request)\nreturn answer")
    ),
    "an overloaded service is asked again": Wrong(
        "p11",
        generate(
            """
            try:
                return super().generate(request)
            except ProviderUnavailable:
                super().generate(request)
                raise
            """
        ),
        told="a call that meets ProviderUnavailable sent 2 orders; switch the SDK's retries off",
    ),
    "no money is taken for a wrong key": Wrong(
        "p12", instead("QuotaExhausted", "AuthenticationFailed('the key is wrong') from exc")
    ),
    "a dropped order is a ValueError": Wrong("p12", instead("OutcomeUnknown", "ValueError('no answer') from exc")),
    "an overloaded service is a grey picture": Wrong(
        "p12", generate("try:\n    return super().generate(request)\nexcept ProviderUnavailable:\n    return b'grey'")
    ),
    "a web page is taken for a fault of the request": Wrong(
        "p12",
        generate(
            """
            answer = super().generate(request)
            if answer.data.startswith(b'<'):
                raise InvalidRequest('acme answers with a web page')
            return answer
            """
        ),
    ),
    "an error has two lines": Wrong(
        "p13", instead("ProviderUnavailable", "ProviderUnavailable('busy\\nsee the log') from exc")
    ),
    "an error says nothing": Wrong("p13", instead("ProviderUnavailable", "ProviderUnavailable from exc")),
    "an error loses its cause": Wrong("p14", instead("ProviderUnavailable", "ProviderUnavailable('busy')")),
    "a rate limit does not say how long": Wrong(
        "p15",
        instead("RateLimited", "RateLimited('patience') from exc"),
        told="RateLimited has no retry_after; see novaclips.plugin.retry_after",
    ),
    "the case has no fault": Wrong("p16", "", CONTRACT.replace("service.faults", "{}")),
    "the case lacks a fault": Wrong(
        "p16",
        "",
        CONTRACT.replace("service.faults", "{e: f for e, f in service.faults.items() if e is not OutcomeUnknown}"),
    ),
    "the case counts no orders": Wrong(
        "p16",
        "",
        CONTRACT.replace("requests=lambda", "requests=None if service.url else lambda"),
    ),
    "the connection is that of one thread": Wrong(
        "p17",
        """
        local = threading.local()

        def open(self):
            super().open()
            self.local.session = requests.Session()

        def generate(self, request):
            with self.local.session:
                return super().generate(request)
        """,
    ),
    "the request is kept on self": Wrong(
        "p17",
        """
        eight = threading.Barrier(8)

        def generate(self, request):
            self.request = request
            if threading.current_thread() is not threading.main_thread():
                self.eight.wait(5)
            return super().generate(self.request)
        """,
        told="got other pictures than alone; keep nothing about a request on self",
    ),
    "the first picture is given to all threads": Wrong(
        "p17",
        generate(
            "answer = super().generate(request)\n"
            "import threading\n"
            "if threading.current_thread() is threading.main_thread():\n"
            "    return answer\n"
            "self.first = getattr(self, 'first', answer)\nreturn self.first.data"
        ),
    ),
}

# Wishes of a request, costs, secrets, and traces that are left.
MANNERS = {
    "another seed comes back": Wrong("p18", generate("return replace(super().generate(request), seed=8)")),
    "a seed is refused": Wrong("p18", refusing("request.seed == 7 and request.prompt == 'A paper boat on a puddle'")),
    "a negative prompt is refused": Wrong("p19", refusing("request.negative_prompt")),
    "a reference is refused": Wrong("p20", refusing("request.references")),
    "a reference is read as text": Wrong(
        "p20", generate("[path.read_text() for path in request.references]\nreturn super().generate(request)")
    ),
    "it costs more than was estimated": Wrong(
        "p21", generate("return replace(super().generate(request), cost=Cost(Decimal('0.03')))")
    ),
    "the estimate is a float": Wrong("p21", "def estimate(self, request):\n    return 0.02"),
    "the estimate is below zero": Wrong("p21", "def estimate(self, request):\n    return Cost(Decimal(-1))"),
    "a key that key_env does not name is in the repr": Wrong(
        "p22",
        """
        def open(self):
            self.key = self.settings.env.get("ACME_KEY", "")

        def __repr__(self):
            return f"Acme({self.key})"
        """,
        plugin=KEYLESS,
    ),
    "the key is in the repr": Wrong("p22", "def __repr__(self):\n    return f'Acme({self.key})'"),
    "the key is in a warning": Wrong(
        "p22", generate("return replace(super().generate(request), warnings=(f'drawn with {self.key}',))")
    ),
    "the key is in the metadata": Wrong(
        "p22", generate("return replace(super().generate(request), metadata={'key': self.key})")
    ),
    "the key is in an error": Wrong(
        "p22", instead("AuthenticationFailed", "AuthenticationFailed(f'{self.key} is wrong') from exc")
    ),
    "close is an error before open and twice": Wrong("p23", "def close(self):\n    del self.key"),
    "a line is printed": Wrong("p24", generate("print('drawing')\nreturn super().generate(request)")),
    "a line goes to stderr past Python": Wrong(
        "p24", generate("os.write(2, b'drawing')\nreturn super().generate(request)")
    ),
    "the picture is left in a file": Wrong(
        "p25", generate("Path('debug.txt').write_text('')\nreturn super().generate(request)")
    ),
    "the prompt must be ASCII": Wrong(
        "p26", generate("request.prompt.encode('ascii')\nreturn super().generate(request)")
    ),
    "frames must be wide": Wrong("p27", refusing("request.size[0] <= request.size[1]")),
    "a date is in the metadata": Wrong(
        "p28",
        generate("return replace(super().generate(request), metadata={'drawn': datetime(2026, 1, 1)})"),
        told="metadata.drawn of the answer cannot be written down",
    ),
    "the model is a number": Wrong("p28", generate("return replace(super().generate(request), model=123)")),
    "the seed of the answer is text": Wrong(
        "p28",
        generate("answer = super().generate(request)\nreturn answer if request.seed else replace(answer, seed='abc')"),
    ),
    "the warnings are one text": Wrong("p28", generate("return replace(super().generate(request), warnings='dark')")),
    "the cost is a float": Wrong(
        "p28", generate("return replace(super().generate(request), cost=0.02)"), told="cost of the answer cannot be"
    ),
    "truncated pictures are borne from now on": Wrong(
        "p29",
        generate(
            """
            from PIL import ImageFile
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            return super().generate(request)
            """
        ),
        told="the provider changed PIL.ImageFile.LOAD_TRUNCATED_IMAGES",
    ),
    "the working folder is another one from open on": Wrong(
        "p29",
        "def open(self):\n    super().open()\n    os.chdir('/')",
        told="the provider changed the working folder",
    ),
    "pictures are kept by the first letters of their prompts": Wrong(
        "p30",
        """
        kept = {}

        def generate(self, request):
            key = request.prompt[:200]
            if len(key) < 200 or key not in self.kept:
                self.kept[key] = super().generate(request)
            return self.kept[key]
        """,
        told="prompts that begin alike got one picture; a cache has to know the whole request",
    ),
    "the hash of a text is in the identity": Wrong("p32", identity("'number': hash(request.prompt)")),
    "the month is in the identity": Wrong("p32", identity("'month': datetime.now().month")),
    "the working folder is in the identity": Wrong("p32", identity("'cache': os.path.abspath('cache')")),
    "the estimate forgets an option": Wrong(
        "p31",
        generate(
            """
            answer = super().generate(request)
            return replace(answer, cost=Cost(Decimal('0.08'))) if request.options.get('model') else answer
            """
        ),
        told="with model='acme-2' it cost $0.08, and the estimate was $0.02",
    ),
}

JOBS = {
    "the job's id is a number": Wrong(
        "j1", "def submit(self, request):\n    return int(super().submit(request))", JOB_CONTRACT
    ),
    "a job is known to its instance alone": Wrong(
        "j2",
        """
        def submit(self, request):
            job = super().submit(request)
            self.jobs = {*getattr(self, "jobs", ()), job}
            return job

        def collect(self, job_id):
            if job_id not in getattr(self, "jobs", ()):
                raise InvalidRequest("no such job")
            return super().collect(job_id)
        """,
        JOB_CONTRACT,
    ),
    "a job can be collected once": Wrong(
        "j3",
        """
        collected = set()

        def collect(self, job_id):
            if job_id in self.collected:
                raise InvalidRequest("that was fetched")
            self.collected.add(job_id)
            return super().collect(job_id)
        """,
        JOB_CONTRACT,
    ),
    "a job that is gone is ordered again": Wrong(
        "j3",
        """
        collected = set()

        def collect(self, job_id):
            if job_id in self.collected:
                self.ask("POST", "/jobs")
            self.collected.add(job_id)
            return super().collect(job_id)
        """,
        JOB_CONTRACT,
    ),
    "a job can be cancelled once": Wrong(
        "j4",
        """
        cancelled = set()

        def cancel(self, job_id):
            if job_id in self.cancelled:
                raise InvalidRequest("that was cancelled")
            self.cancelled.add(job_id)
        """,
        JOB_CONTRACT,
    ),
    "an unknown job is a KeyError": Wrong(
        "j5",
        "def collect(self, job_id):\n    try:\n        return super().collect(job_id)\n"
        "    except ProviderError as exc:\n        raise KeyError(job_id) from exc",
        JOB_CONTRACT,
    ),
}
