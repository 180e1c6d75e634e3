"""SOPs, runs and steps for programs: the services and policies of the screens, as JSON."""

from ninja import Router

from kelola.sop.api.runs import router as runs
from kelola.sop.api.sops import router as sops
from kelola.sop.api.steps import router as steps

router = Router()
router.add_router("", sops)
router.add_router("", runs)
router.add_router("", steps)
