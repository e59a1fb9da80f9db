# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh, instance.sh and hello.sh: an instance with one product "hello" and its release 1.0, built twice.
export PELLUCID_INSTANCE=$PL_TMP/inst
small_repository hello
small_recipe >recipe
echo 'A <b>program</b> that greets & goes.' >words
check "an instance is made" make_instance log.example/portal --quorum 0
check "the product is stated" "$pellucid" product add hello --description words
check "a snapshot is taken" "$pellucid" release snapshot hello --repo hello
check "it is built" "$pellucid" release build hello --recipe recipe
check "it is built again" "$pellucid" release rebuild hello
check "it is released" "$pellucid" release publish hello 1.0 --notes words
