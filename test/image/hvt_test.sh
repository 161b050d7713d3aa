#!/bin/sh
# The whole images again, as KVM guests: the same tests, with the same images, on target hvt.
if ! ( : <>/dev/kvm ) 2>/dev/null; then
	echo "skip hvt /dev/kvm is not there, or may not be used"
	exit 0
fi
for i in hello network client site; do
	target=hvt sh test/image/${i}_test.sh | sed 's/^ok /ok hvt_/; s/^not ok /not ok hvt_/; s/^skip /skip hvt_/'
done
