#!/bin/sh
# GIT_SSH names one program without arguments; this one adds the call's own client configuration.
exec ssh -F "$EVENKEEL_SSH_CONFIG" "$@"
