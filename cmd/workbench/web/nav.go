package web

import (
	"net/url"
	"strings"
)

// link is a page in the navigation.
type link struct {
	Name, URL string
	Current   bool
}

// Nav is the navigation of a page.
func (p *page) Nav() []link {
	links := []link{{Name: "Overview", URL: "/"}, {Name: "Candidates", URL: "/candidates"}, {Name: "Labeling functions", URL: "/lfs"},
		{Name: "Agreement", URL: "/agreement"}, {Name: "Models", URL: "/models"}}
	if !p.Site.ReadOnly {
		links = append(links, link{Name: "Recent", URL: "/recent"})
	}
	for i := range links {
		l := &links[i]
		l.Current = l.URL == p.Here || l.URL != "/" && strings.HasPrefix(p.Here, l.URL)
	}
	return links
}

// Database is the name of the database, without its directory.
func (s *Site) Database() string { return s.name }

// LFURL is the page of a labeling function.
func (s *Site) LFURL(name string) string { return lfPath(name, url.Values{}) }
