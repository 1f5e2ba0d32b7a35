#!/usr/bin/env bats

setup() {
  script=$BATS_TEST_DIRNAME/../failed-cases.sh
  cd "$BATS_TEST_TMPDIR" || return
}

@test "failed cases of CTest are told with what they said; those that passed are not" {
  cat >dev.xml <<'TEXT'
<testsuite name="ctest">
	<testcase name="a:good" classname="a:good" status="run">
		<system-out>all is well</system-out>
	</testcase>
	<testcase name="a:bad &lt;1&gt;" classname="x" status="fail">
		<failure message=""/>
		<system-out>expected &quot;tea&quot; &amp;
  got milk</system-out>
	</testcase>
</testsuite>
TEXT
  run "$script" dev.xml
  [ "$status" -eq 0 ]
  [ "$output" = 'failed: dev: a:bad <1>
  expected "tea" &
    got milk' ]
}

@test "failed cases of Bats are told, also behind one that passed in one line" {
  cat >scripts.xml <<'TEXT'
    <testcase classname="t.bats" name="good" time="0.007" />
    <testcase classname="t.bats" name="bad" time="0.014">
        <failure type="failure">(in test file t.bats, line 1)
  it is broken</failure>
    </testcase>
TEXT
  run "$script" scripts.xml
  [[ $output == "failed: scripts: bad"*"in test file t.bats"*"it is broken" ]]
}

@test "of a long output the end is told" {
  {
    echo '<testcase name="long" status="fail">'
    seq 100
    echo '</testcase>'
  } >dev.xml
  run "$script" dev.xml
  [ "${#lines[@]}" -eq 31 ]
  [ "${lines[1]}" = "  71" ]
}

@test "without failed cases nothing is told, and a report that is missing is passed over" {
  echo '<testcase name="good" status="run">' >dev.xml
  run "$script" dev.xml nowhere.xml
  [ "$status" -eq 0 ]
  [ -z "$output" ]
}
