"""BPMN 2.0 XML from a definition: one pool per strand, one lane per actor that acts in it.

A run executes one strand, so a strand is what another engine must be able to run by itself: it
is one executable ``process`` with one start and one end (ADR 0049).
"""

from kelola.sop.exchange.bpmn.write import bpmn_xml

__all__ = ["bpmn_xml"]
