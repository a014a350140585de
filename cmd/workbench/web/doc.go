// Package web is the pages of workbench serve: candidates to look at and to label by
// hand, what labeling functions, annotators and models say of them, in a browser.
//
// [New] opens a [Site] on a session, [Site.Handler] is all of its pages, and [Guard]
// lets in only those who have the token. Pages are made by html/template and work
// without the script, which adds keys. What a page shows comes from the libraries: there
// is no SQL here.
package web
