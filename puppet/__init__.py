"""The puppet: a local parametric renderer of illustrated characters, with a declared imperfection.

From words and pictures to pixels, each module handing on to the next:

- ``provider`` takes a request (``refusals`` says no first) and ``casting`` reads its direction:
  traits from reference pictures (``identity``) or from words (``words``, ``colours``)
- ``script`` reads the action (``vocabulary``), ``acting`` lays its beats out in time, ``gestures`` play
  them on channels (``timing``), ``posing`` reads every frame off; ``lipsync`` and ``sound`` are the voice
- ``rig`` is the border to drawing: ``draw`` and the modules below it make the pictures
- ``pictures`` writes library pictures, ``filming`` takes; ``motion_track`` is the performance inside a take;
  ``notes`` holds what such files say of themselves against types and ranges, before anything is drawn
"""
