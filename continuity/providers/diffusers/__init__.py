"""Open weights on this machine's own graphics card, by the diffusers library: no service, no charge.

Each stage loads a model once, in one process, and keeps it until another is asked for. Weights are never fetched from
here: a person puts them on the machine, and what is missing is said with the command that does.
"""
