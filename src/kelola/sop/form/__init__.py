"""The official form of an SOP (PermenPANRB 35/2012): one drawing for the screen and for paper."""
