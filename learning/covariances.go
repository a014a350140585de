package learning

// covariances are those of all factors of a component. Two factors of one clique
// are on at most four LFs, so the probabilities of any four have all that it
// takes, and they come from one recursion. Factors f and g of different cliques
// are independent given any separator S between these:
//
//	Cov(f, g) = Σ_S (E[f | S] − E[f]) · E[g; S],  E[g; S] = P(S) · E[g | S]
//
// E[f | S] goes from separator to separator, by their joint probabilities.
type covariances struct {
	c       *component
	cliques []cliqueCov
	rest    []float64 // scratch of couple.subtract: state of a pair
}

// cliqueCov is what the covariances need of one clique.
type cliqueCov struct {
	fours    *marginals
	couples  []couple
	ports    []port
	passages []passage // from each port to each, nil marginals on the diagonal
}

// couple is two pairs of one clique.
type couple struct {
	f, g     *lfPair
	table    view
	ofF, ofG []int32 // entry → state of each pair
}

// view is one table of marginals.
type view struct {
	of  *marginals
	set int
}

func (v view) table() []float64 {
	at := v.of.at[v.set]
	return v.of.out[at:][:power(v.of.states, v.of.sets[v.set].len())]
}

// port is a separator between a clique and others.
type port struct {
	set   positions // in the clique
	edges []edge
	own   *marginals  // the separator with any two LFs; nil if they are few, and the clique's fours have them
	alone read        // over the separator
	p     []float64   // P(S)
	given [][]float64 // factor of the clique → E[f; S]
	reads []read      // pair → where E[f; S] comes from
	shift []float64   // E[f | S] − E[f] of the factor f that is followed
}

// edge leads to a port of another clique.
type edge struct{ clique, port int }

// read is a table over a pair and a port.
type read struct {
	table       view
	ofS, ofPair []int32 // entry → state of the separator, of the pair
}

// passage is a table over two ports.
type passage struct {
	table    view
	own      bool // whether the marginals are its own
	ofA, ofB []int32
}

func newCovariances(c *component) *covariances {
	v := &covariances{c: c, cliques: make([]cliqueCov, len(c.cliques)), rest: make([]float64, c.tree.states*c.tree.states)}
	seen := &indexes{states: c.tree.states}
	for i := range v.cliques {
		v.setCouples(i, seen)
	}
	for i := range v.cliques {
		if up := c.tree.cliques[i].parent; up >= 0 {
			v.connect(i, up)
		}
	}
	for i := range v.cliques {
		for p := range v.cliques[i].ports {
			v.setPort(i, p, seen)
		}
		v.setPassages(i, seen)
	}
	return v
}

// setCouples lists each two pairs of a clique.
func (v *covariances) setCouples(i int, seen *indexes) {
	of, pairs := &v.cliques[i], v.c.cliques[i].pairs
	of.fours = newMarginals(len(v.c.tree.cliques[i].members), v.c.tree.states, 0, 4)
	for a := range pairs {
		for b := a; b < len(pairs); b++ {
			f, g := &pairs[a], &pairs[b]
			table, indexes := viewOf(of.fours, seen, f.members, g.members)
			of.couples = append(of.couples, couple{f, g, table, indexes[0], indexes[1]})
		}
	}
}

// viewOf finds a table that has some sets of members, and which state of each
// its entries belong to.
func viewOf(of *marginals, seen *indexes, sets ...positions) (v view, lists [][]int32) {
	var all positions
	for _, s := range sets {
		all |= s
	}
	v = view{of, of.find(all)}
	set := of.sets[v.set]
	for _, s := range sets {
		lists = append(lists, seen.of(set.len(), set.within(s)))
	}
	return v, lists
}

// connect makes the ports between a clique and its parent.
func (v *covariances) connect(i, up int) {
	child, parent := &v.c.tree.cliques[i], &v.c.tree.cliques[up]
	var separator []int
	for _, r := range child.members {
		if v.c.tree.home[r] != i {
			separator = append(separator, r)
		}
	}
	below, above := v.port(i, child.positions(separator)), v.port(up, parent.positions(separator))
	v.cliques[i].ports[below].edges = append(v.cliques[i].ports[below].edges, edge{up, above})
	v.cliques[up].ports[above].edges = append(v.cliques[up].ports[above].edges, edge{i, below})
}

// port finds or makes the port of a separator.
func (v *covariances) port(i int, set positions) int {
	of := &v.cliques[i]
	for p := range of.ports {
		if of.ports[p].set == set {
			return p
		}
	}
	of.ports = append(of.ports, port{set: set})
	return len(of.ports) - 1
}

// setPort plans E[f; S] for the factors f of the clique.
func (v *covariances) setPort(i, at int, seen *indexes) {
	const more = 2 // a pair beside the separator
	n, states, p := len(v.c.tree.cliques[i].members), v.c.tree.states, &v.cliques[i].ports[at]
	from := v.cliques[i].fours
	if p.set.len()+more > 4 {
		p.own = newMarginals(n, states, p.set, more)
		from = p.own
	}
	size := power(states, p.set.len())
	p.p, p.shift = make([]float64, size), make([]float64, size)
	table, lists := viewOf(from, seen, p.set)
	p.alone = read{table: table, ofS: lists[0]}
	for _, s := range v.c.cliques[i].pairs {
		table, lists := viewOf(from, seen, p.set, s.members)
		p.reads = append(p.reads, read{table, lists[0], lists[1]})
		for range s.factors {
			p.given = append(p.given, make([]float64, size))
		}
	}
}

// setPassages plans the joint probabilities of each two ports of a clique.
func (v *covariances) setPassages(i int, seen *indexes) {
	of := &v.cliques[i]
	n := len(of.ports)
	of.passages = make([]passage, n*n)
	for a := range n {
		for b := a + 1; b < n; b++ {
			both := of.ports[a].set | of.ports[b].set
			from, own := of.fours, both.len() > 4
			if own {
				from = newMarginals(len(v.c.tree.cliques[i].members), v.c.tree.states, both, 0)
			}
			table, lists := viewOf(from, seen, of.ports[a].set, of.ports[b].set)
			of.passages[a*n+b] = passage{table, own, lists[0], lists[1]}
			of.passages[b*n+a] = passage{table, false, lists[1], lists[0]}
		}
	}
}

// sumCov computes the sums that covariances are made of; expect is called first.
func (c *component) sumCov() {
	if c.cov == nil {
		c.cov = newCovariances(c)
	}
	for i := range c.cov.cliques {
		of, table := &c.cov.cliques[i], c.tree.cliques[i].table
		of.fours.run(table)
		for p := range of.ports {
			if own := of.ports[p].own; own != nil {
				own.run(table)
			}
			of.ports[p].setGiven(c.cliques[i].pairs)
		}
		for k := range of.passages {
			if p := &of.passages[k]; p.own {
				p.table.of.run(table)
			}
		}
	}
}

// setGiven computes P(S), and E[f; S] of all factors of the clique.
func (p *port) setGiven(pairs []lfPair) {
	clear(p.p)
	table := p.alone.table.table()
	for at, s := range p.alone.ofS {
		p.p[s] += table[at]
	}
	to := p.given
	for x := range pairs {
		r := &p.reads[x]
		table := r.table.table()
		for k := range pairs[x].factors {
			value, given := pairs[x].factors[k].value, to[0]
			to = to[1:]
			clear(given)
			for at, s := range r.ofS {
				given[s] += value[r.ofPair[at]] * table[at]
			}
		}
	}
}

// subtract takes q times the covariances off jac, size × size.
func (v *covariances) subtract(q float64, jac []float64, size int) {
	for i := range v.cliques {
		of := &v.cliques[i]
		for k := range of.couples {
			of.couples[k].subtract(v.rest, q, jac, size)
		}
		if len(v.cliques) > 1 {
			v.subtractFar(i, q, jac, size)
		}
	}
}

// subtract does so for the factors of two pairs of one clique.
func (c *couple) subtract(rest []float64, q float64, jac []float64, size int) {
	table := c.table.table()
	for k := range c.f.factors {
		f := &c.f.factors[k]
		clear(rest)
		for at, p := range table {
			rest[c.ofG[at]] += f.value[c.ofF[at]] * p
		}
		others := c.g.factors
		if c.f == c.g {
			others = others[k:]
		}
		for x := range others {
			g := &others[x]
			subtractBoth(jac, size, f.weight, g.weight, q*(dot(rest, g.value)-f.mean*g.mean))
		}
	}
}

// subtractBoth takes x off both places of two weights.
func subtractBoth(jac []float64, size, a, b int, x float64) {
	jac[a*size+b] -= x
	if a != b {
		jac[b*size+a] -= x
	}
}

// subtractFar does so for the factors of clique i and those of all cliques
// behind it in the order of the tree, which are reached through its parent.
func (v *covariances) subtractFar(i int, q float64, jac []float64, size int) {
	of, up := &v.cliques[i], v.c.tree.cliques[i].parent
	for at := range of.ports {
		p := &of.ports[at]
		for _, e := range p.edges {
			if e.clique != up {
				continue
			}
			for k, f := range v.c.cliques[i].factors {
				for s, y := range p.given[k] {
					p.shift[s] = 0
					if p.p[s] != 0 {
						p.shift[s] = y/p.p[s] - f.mean
					}
				}
				w := walk{v, i, f.weight, q, jac, size}
				w.enter(e, i, p.shift)
			}
		}
	}
}

// walk takes the covariances of one factor with others off jac.
type walk struct {
	v      *covariances
	source int // the factor's clique
	weight int
	q      float64
	jac    []float64
	size   int
}

// enter goes on from clique from to what lies behind an edge, with the shift
// of the factor's mean in each state of the separator between both.
func (w *walk) enter(to edge, from int, shift []float64) {
	of := &w.v.cliques[to.clique]
	if to.clique > w.source {
		for k, given := range of.ports[to.port].given {
			g := w.v.c.cliques[to.clique].factors[k]
			subtractBoth(w.jac, w.size, w.weight, g.weight, w.q*dot(shift, given))
		}
	}
	for at := range of.ports {
		var next []float64
		for _, e := range of.ports[at].edges {
			// All cliques below a child come before it.
			if e.clique == from || e.clique < to.clique && e.clique < w.source {
				continue
			}
			if next == nil {
				next = of.pass(to.port, at, shift)
			}
			w.enter(e, to.clique, next)
		}
	}
}

// pass takes a shift from one port of the clique to another.
func (of *cliqueCov) pass(a, b int, shift []float64) []float64 {
	if a == b {
		return shift
	}
	p, to := &of.passages[a*len(of.ports)+b], &of.ports[b]
	table := p.table.table()
	clear(to.shift)
	for at, s := range p.ofA {
		to.shift[p.ofB[at]] += shift[s] * table[at]
	}
	for s := range to.shift {
		to.shift[s] = ratioOf(to.shift[s], to.p[s])
	}
	return to.shift
}
