# fata.bash - completion for bash. The words come from the tool: `fata names KIND`.
_fata()
{
	local fata=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]-} words=
	compopt +o default 2>/dev/null
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$("$fata" names verbs 2>/dev/null) --help"
	else
		case $verb in
		build | describe | run)
			if [ "$COMP_CWORD" -eq 2 ]; then
				words=$("$fata" names images 2>/dev/null)
				[ -n "$(compgen -W "$words" -- "$word")" ] || compopt -o default 2>/dev/null
			else
				words="$("$fata" names targets 2>/dev/null) $("$fata" names options "$verb" "${COMP_WORDS[2]}" 2>/dev/null)"
			fi
			;;
		test) words="$("$fata" names tests 2>/dev/null) --list --units" ;;
		check) words="$("$fata" names checks 2>/dev/null) --list --full" ;;
		new) [ "$COMP_CWORD" -eq 2 ] && words=app ;;
		replay) compopt -o default 2>/dev/null ;;
		esac
		words="$words --help"
	fi
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _fata fata ./fata
