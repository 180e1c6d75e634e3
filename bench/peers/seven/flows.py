"""The seven steps as Viewflow wants them: a class, and the address of its pages."""

from __future__ import annotations

from typing import Any

from django.urls import path
from viewflow import this
from viewflow.contrib.auth import AuthViewset
from viewflow.urls import Site
from viewflow.workflow import flow
from viewflow.workflow.flow.views import UpdateProcessView


class SevenSteps(flow.Flow):
    """Seven steps; step 6 decides, and may send back to step 5."""

    start = flow.StartHandle().Next(this.step1)
    step1 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.step2)
    step2 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.step3)
    step3 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.step4)
    step4 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.step5)
    step5 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.step6)
    step6 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.gate)
    gate = flow.If(this.returned).Then(this.step5).Else(this.step7)
    step7 = flow.View(UpdateProcessView.as_view(fields=[])).Next(this.end)
    end = flow.End()

    def returned(self, activation: Any) -> bool:
        """Tell whether step 6 sent back."""
        return bool(activation.process.data["returned"])


SITE = Site(title="Peer", viewsets=[flow.FlowAppViewset(SevenSteps, app_name="seven_steps")])
urlpatterns = [
    path("accounts/", AuthViewset(with_profile_view=False).urls),
    path("", SITE.urls),
]
__all__ = ["SITE", "SevenSteps", "urlpatterns"]
