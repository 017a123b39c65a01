// Answers questions about ignore files with moby's own code: one JSON question a line in, one answer a line out.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log"
	"os"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// question is about a file's text (read), single paths (match) or the files of a context (walk).
type question struct {
	Kind     string   `json:"kind"`
	Text     []byte   `json:"text"`
	Patterns []string `json:"patterns"`
	Paths    []string `json:"paths"`
}

// answer has one letter a path in Verdicts: i(gnored), k(ept), e(rror).
// Rejected means that the file or the list of patterns was refused as a whole, or that a walk ended in an error.
type answer struct {
	Rejected bool     `json:"rejected"`
	Patterns []string `json:"patterns,omitempty"`
	Verdicts string   `json:"verdicts,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	for decoder.More() {
		var q question
		if err := decoder.Decode(&q); err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(reply(q)); err != nil {
			log.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func reply(q question) answer {
	if q.Kind == "read" {
		patterns, err := ignorefile.ReadAll(bytes.NewReader(q.Text))
		return answer{Rejected: err != nil, Patterns: patterns}
	}
	matcher, err := patternmatcher.New(q.Patterns)
	if err != nil {
		return answer{Rejected: true}
	}
	if q.Kind == "walk" {
		return walk(matcher, q.Paths)
	}
	return match(matcher, q.Paths)
}

func match(matcher *patternmatcher.PatternMatcher, paths []string) answer {
	var verdicts strings.Builder
	for _, path := range paths {
		ignored, err := matcher.MatchesOrParentMatches(path)
		verdicts.WriteByte(letter(ignored, err))
	}
	return answer{Verdicts: verdicts.String()}
}

func letter(ignored bool, err error) byte {
	switch {
	case err != nil:
		return 'e'
	case ignored:
		return 'i'
	default:
		return 'k'
	}
}

// visited is a directory of a walk.
type visited struct {
	info    patternmatcher.MatchInfo
	skipped bool
}

// walk filters files as the client of BuildKit does (github.com/tonistiigi/fsutil, filter.go): parent results handed
// down, ignored directories left out as a whole where no exception could reach into them.
func walk(matcher *patternmatcher.PatternMatcher, paths []string) answer {
	var verdicts strings.Builder
	seen := map[string]visited{"": {}}
	for _, path := range paths {
		parent, err := enter(matcher, seen, path)
		if err != nil {
			return answer{Rejected: true}
		}
		ignored := parent.skipped
		if !ignored {
			if ignored, _, err = matcher.MatchesUsingParentResults(path, parent.info); err != nil {
				return answer{Rejected: true}
			}
		}
		verdicts.WriteByte(letter(ignored, nil))
	}
	return answer{Verdicts: verdicts.String()}
}

func enter(matcher *patternmatcher.PatternMatcher, seen map[string]visited, path string) (visited, error) {
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return seen[""], nil
	}
	directory := path[:slash]
	if found, ok := seen[directory]; ok {
		return found, nil
	}
	parent, err := enter(matcher, seen, directory)
	if err != nil || parent.skipped {
		return parent, err
	}
	ignored, info, err := matcher.MatchesUsingParentResults(directory, parent.info)
	found := visited{info: info, skipped: ignored && !reaches(matcher, directory+"/")}
	seen[directory] = found
	return found, err
}

func reaches(matcher *patternmatcher.PatternMatcher, prefix string) bool {
	reached := false
	for _, pattern := range matcher.Patterns() {
		if !pattern.Exclusion() {
			continue
		}
		plain := strings.TrimSuffix(strings.TrimSuffix(pattern.String(), "/**"), "/*")
		if strings.ContainsAny(plain, `*[]?^\`) {
			return true
		}
		reached = reached || strings.HasPrefix(plain+"/", prefix)
	}
	return reached
}
