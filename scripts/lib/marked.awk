# The commands of a document that stand in a fence of shell below <!-- run -->: tests run them as they are.
/^<!-- run -->$/ { marked = 1; next }
/^```sh$/ && marked { inside = 1; next }
/^```/ { inside = marked = 0 }
inside
