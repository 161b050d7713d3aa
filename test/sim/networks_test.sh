#!/bin/sh
# networks_test.sh - whole stacks through bad networks, some seeds each. More: fata test, then
# out/sim/sim run test/sim/loss.sim --seeds 1..1000
. test/sim/common.sh

scenario loss 1..5
scenario reorder 1..5
scenario duplicate 1..5
scenario corrupt 1..5
scenario delay 1..3
scenario slow 1..3
scenario partition 1..3
scenario everything 1..5
scenario offload 1..3
scenario ip6 1..5
scenario dhcp6 1..20

# Two stacks against whatever network the seed makes (fata check --full tries many more).
scenario adversary 1..1000
scenario narrow 1..1000
