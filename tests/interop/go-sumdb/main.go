// SPDX-License-Identifier: Apache-2.0

// go-sumdb checks a log's public directory with Go's golang.org/x/mod/sumdb/{note,tlog}, the code that checks every Go
// module download: signatures, cosignatures, inclusion and consistency, straight from the tiles.
//
//	go-sumdb log DIR VKEY [WITNESS-VKEY...]     all of a log; prints "<size> <root> <inclusions> <consistencies>"
//	go-sumdb note FILE VKEY...                  the signatures of one note; prints the names that signed
//	go-sumdb proof FILE SIZE ROOT ENTRY         a tlog-proof of one entry
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-sumdb:", err)
		os.Exit(1)
	}
}

func must(ok bool, format string, args ...any) {
	if !ok {
		check(fmt.Errorf(format, args...))
	}
}

// cosigner is a note.Verifier for cosignature/v1 (type 04): what a witness signs is the checkpoint behind a line with a time.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

// verifier reads a vkey of type 01 by the library, of type 04 by hand.
func verifier(vkey string) note.Verifier {
	name, rest, _ := strings.Cut(vkey, "+")
	id, b64, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(b64)
	check(err)
	if len(key) == 0 || key[0] != 4 {
		v, err := note.NewVerifier(vkey)
		check(err)
		return v
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	must(id == fmt.Sprintf("%x", sum[:4]), "key id of %s", vkey)
	return cosigner{name, binary.BigEndian.Uint32(sum[:4]), key[1:]}
}

func open(text []byte, vkeys []string) *note.Note {
	var list []note.Verifier
	for _, v := range vkeys {
		list = append(list, verifier(v))
	}
	n, err := note.Open(text, note.VerifierList(list...))
	check(err)
	return n
}

func checkpoint(text string) (origin string, tree tlog.Tree) {
	lines := strings.Split(text, "\n")
	must(len(lines) >= 4, "checkpoint of %d lines", len(lines))
	n, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return lines[0], tlog.Tree{N: n, Hash: hash}
}

// tiles reads our layout: tile/<L>/<N> where the library says tile/8/<L>/<N>.
type tiles struct{ dir string }

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(list []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range list {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		b, err := os.ReadFile(filepath.Join(t.dir, path))
		if os.IsNotExist(err) && tile.W < 256 { // a partial tile may be dropped once the full one is there
			full := tile
			full.W = 256
			b, err = os.ReadFile(filepath.Join(t.dir, strings.Replace(full.Path(), "tile/8/", "tile/", 1)))
			if err == nil {
				b = b[:tile.W*32]
			}
		}
		if err != nil {
			return nil, err
		}
		data = append(data, b)
	}
	return data, nil
}

// entries reads the bundle that holds entry i and returns that entry.
func entry(dir string, i, size int64) []byte {
	tile := tlog.Tile{H: 8, L: -1, N: i / 256, W: 256}
	if rest := size - i/256*256; rest < 256 {
		tile.W = int(rest)
	}
	b, err := os.ReadFile(filepath.Join(dir, strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)))
	check(err)
	for k := int64(0); ; k++ {
		must(len(b) >= 2, "bundle of entry %d is cut short", i)
		n := int(binary.BigEndian.Uint16(b))
		must(len(b) >= 2+n, "bundle of entry %d is cut short", i)
		if k == i%256 {
			return b[2 : 2+n]
		}
		b = b[2+n:]
	}
}

// some numbers below n: the ends, around every power of two and of 256, and a spread.
func some(n int64) (list []int64) {
	seen := map[int64]bool{}
	add := func(v int64) {
		if v >= 0 && v < n && !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	for v := int64(1); v <= n; v *= 2 {
		add(v - 1)
		add(v)
		add(n - v)
	}
	for k := int64(0); k < 40; k++ {
		add(n * k / 40)
	}
	return list
}

func checkLog(dir string, vkeys []string) {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err)
	n := open(text, vkeys)
	must(len(n.Sigs) == len(vkeys), "%d of %d keys signed", len(n.Sigs), len(vkeys))
	origin, tree := checkpoint(n.Text)
	must(strings.HasPrefix(vkeys[0], origin+"+"), "origin %s", origin)
	if tree.N == 0 {
		must(tree.Hash == tlog.Hash(sha256.Sum256(nil)), "root of an empty log")
		fmt.Println(0, tree.Hash, 0, 0)
		return
	}
	reader := tlog.TileHashReader(tree, tiles{dir}) // checks every tile against the root
	inclusions, consistencies := 0, 0
	for _, i := range some(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, i, tlog.RecordHash(entry(dir, i, tree.N))))
		inclusions++
	}
	for _, old := range some(tree.N) {
		if old == 0 {
			continue
		}
		hash, err := tlog.TreeHash(old, reader)
		check(err)
		proof, err := tlog.ProveTree(tree.N, old, reader)
		check(err)
		check(tlog.CheckTree(proof, tree.N, tree.Hash, old, hash))
		consistencies++
	}
	fmt.Println(tree.N, tree.Hash, inclusions, consistencies)
}

func checkProof(file, size, root, text string) {
	b, err := os.ReadFile(file)
	check(err)
	head, _, ok := bytes.Cut(b, []byte("\n\n"))
	must(ok, "no empty line")
	lines := strings.Split(string(head), "\n")
	must(lines[0] == "c2sp.org/tlog-proof@v1", "first line %q", lines[0])
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	check(err)
	var proof tlog.RecordProof
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		check(err)
		proof = append(proof, h)
	}
	n, err := strconv.ParseInt(size, 10, 64)
	check(err)
	hash, err := tlog.ParseHash(root)
	check(err)
	check(tlog.CheckRecord(proof, n, hash, index, tlog.RecordHash([]byte(text))))
	fmt.Println(index)
}

func main() {
	args := os.Args[1:]
	switch {
	case len(args) >= 3 && args[0] == "log":
		checkLog(args[1], args[2:])
	case len(args) >= 3 && args[0] == "note":
		text, err := os.ReadFile(args[1])
		check(err)
		for _, s := range open(text, args[2:]).Sigs {
			fmt.Println(s.Name)
		}
	case len(args) == 5 && args[0] == "proof":
		checkProof(args[1], args[2], args[3], args[4])
	default:
		fmt.Fprintln(os.Stderr, "usage: go-sumdb log DIR VKEY [VKEY...] | note FILE VKEY... | proof FILE SIZE ROOT ENTRY")
		os.Exit(2)
	}
}
