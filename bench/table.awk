# table.awk - from lines of "work peer quantity value" to Markdown tables with medians and ratios.
BEGIN {
	FS = "\t"
	title["http"] = "HTTP, 1 KB, keep-alive"
	title["close"] = "HTTP, 1 KB, one connection per request"
	title["large"] = "HTTP, 100 KB, keep-alive"
	title["echo"] = "TCP echo, 64 bytes, 64 connections"
	title["udp"] = "UDP echo, 64 bytes, 64 on their way"
	title["bulk"] = "TCP bulk, one stream, there and back (an operation is 1 KB)"
	title["send"] = "one TCP stream, sent by the server (an operation is 1 KB)"
	title["receive"] = "one TCP stream, received by the server (an operation is 1 KB)"
	title["first"] = "exec to the first answered request"
	title["memory"] = "resident memory with 64 connections"
	title["size"] = "program and the libraries it loads"
	unit["cpu_us"] = "CPU us per operation"
	unit["rate"] = "operations/s"
	unit["gbit"] = "Gbit/s"
	unit["errors"] = "errors"
	unit["arp_us"] = "us to the answer to ARP"
	unit["reply_us"] = "us to the first reply"
	unit["rss_kb"] = "KB"
	unit["bytes"] = "bytes"
	# What a ratio is made of: less is better in all of them.
	main["http"] = main["close"] = main["large"] = main["echo"] = main["udp"] = main["bulk"] = main["send"] = main["receive"] = "cpu_us"
	main["first"] = "reply_us"
	main["memory"] = "rss_kb"
	main["size"] = "bytes"
	order = "http close large echo udp bulk send receive first memory size"
	columns["http"] = columns["close"] = columns["large"] = "cpu_us rate errors"
	columns["echo"] = columns["udp"] = "cpu_us rate"
	columns["bulk"] = columns["send"] = columns["receive"] = "cpu_us gbit"
	columns["first"] = "reply_us arp_us"
	columns["memory"] = "rss_kb"
	columns["size"] = "bytes"
}
{
	key = $1 SUBSEP $2 SUBSEP $3
	count[key] += 1
	value[key, count[key]] = $4
	if (!(($1, $2) in seen)) {
		seen[$1, $2] = 1
		servers[$1] = servers[$1] " " $2
	}
}
function sorted(key, n, i, j, t) {
	n = count[key]
	for (i = 1; i <= n; i++)
		s[i] = value[key, i] + 0
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && s[j] < s[j - 1]; j--) {
			t = s[j]
			s[j] = s[j - 1]
			s[j - 1] = t
		}
	return n
}
function median(key, n) {
	n = sorted(key)
	return n % 2 ? s[(n + 1) / 2] : (s[n / 2] + s[n / 2 + 1]) / 2
}
function sum(key, i, n) {
	for (i = 1; i <= count[key]; i++)
		n += value[key, i]
	return n + 0
}
function shown(x) {
	return x < 10 ? sprintf("%.2f", x) : x < 1000 ? sprintf("%.1f", x) : sprintf("%.0f", x)
}
function cell(work, server, quantity, key, m) {
	key = work SUBSEP server SUBSEP quantity
	if (!(key in count))
		return "-"
	if (quantity == "errors")
		return sum(key)
	m = median(key)
	if (count[key] < 2 || quantity == "rate" || quantity == "gbit")
		return shown(m)
	return shown(m) " (" shown(s[1]) "-" shown(s[count[key]]) ")"
}
END {
	works = split(order, work_at, " ")
	for (w = 1; w <= works; w++) {
		work = work_at[w]
		if (!(work in servers))
			continue
		n = split(servers[work], server, " ")
		quantities = split(columns[work], quantity, " ")
		printf "## %s\n\n| server |", title[work]
		for (q = 1; q <= quantities; q++)
			printf " %s |", unit[quantity[q]]
		print " fata's part of it |"
		printf "|---|"
		for (q = 0; q < quantities; q++)
			printf "---|"
		print "---|"
		for (i = 1; i <= n; i++) {
			printf "| %s |", server[i]
			for (q = 1; q <= quantities; q++)
				printf " %s |", cell(work, server[i], quantity[q])
			ours = work SUBSEP "fata" SUBSEP main[work]
			its = work SUBSEP server[i] SUBSEP main[work]
			if (server[i] == "fata" || !(ours in count))
				print " |"
			else
				printf " %.2f |\n", median(ours) / median(its)
		}
		print ""
	}
	print "Medians of all runs, with the least and the most in brackets. \"fata's part\" is our median divided by the server's: below 1 we need less."
}
