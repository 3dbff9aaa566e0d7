a:
	touch a
