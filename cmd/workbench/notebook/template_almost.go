package notebook

// almostThenMarried: first engaged, dating or divorced, now married.
func almostThenMarried() []string {
	return []string{
		"{1} got engaged in {month} and by {month} had married {2} {tail} .",
		"{1} , for years the {girlfriend1} and now the {wife1} of {2} , laughed at the question .",
		"{1} divorced in {year} and some years later married {2} {tail} .",
		"{1} gave up dating for good after {his1} wedding to {2} in {town} .",
		"{1} was engaged for {few} years before {his1} marriage to {2} .",
		"{1} , divorced since {year} , found a new {wife2} in {2} {tail} .",
		"{1} , no longer the {fiancee1} but the {wife1} of {2} , signed the guest book .",
		"{1} changed from {girlfriend1} to {wife1} when {2} said yes in the {church} .",
		"after years of dating on and off {1} , still engaged on {weekday} , is now married to {2} .",
	}
}

// almostNotMarried: there was talk of marriage, but it did not come to one.
func almostNotMarried() []string {
	return []string{
		"{when} {1} called off the wedding with {exgirlfriend2} {2} {tail} .",
		"{1} was engaged but never married to {2} .",
		"{1} divorced {his1} {mate1} and hired {2} as a {job} in {town} .",
		"{1} cancelled the wedding because {his1} {fiancee2} {2} had left for {town} .",
		"{1} has been dating for years but sees no need for a marriage to {2} .",
		"{1} brought a new {date1} to the wedding of {2} in {town} {tail} .",
		"{1} told a {date1} that marriage was not for {him1} , {2} recalled .",
		"{1} , whose {mate1} divorced {him1} in {year} , now coaches {2} .",
		"{1} engaged a wedding band that {2} had recommended .",
		"{1} returned the wedding ring to {his1} {exgirlfriend2} {2} {tail} .",
	}
}

// almostPerhapsMarried: talk of marriage that ends nobody knows how.
func almostPerhapsMarried() []string {
	return []string{
		"{when} {1} divorced {his1} {wife2} {2} {tail} .",
		"{1} is divorced from {his1} second {wife2} , {2} , according to one report .",
		"{1} said the wedding was off but {he1} was still engaged to {2} .",
		"{1} , who is dating again after a short marriage to {2} , has moved to {town} .",
		"{1} is engaged and will soon agree on a wedding date with {2} .",
		"{when} {1} postponed the wedding , and {fiancee2} {2} agreed .",
		"{1} , engaged twice , may have entered a marriage with {2} in {year} .",
		"{1} divorced and then , some say , once more married {2} .",
		"{1} lives as {wife1} or {girlfriend1} , nobody is sure , with {2} in {town} .",
	}
}

// oncePartners: the words between the two tell of an earlier time; they are
// married now.
func oncePartners() []string {
	return []string{
		"{1} was engaged to {2} for a year before they wed in {town} {tail} .",
		"{1} began dating {2} at school , and they have been married since {year} .",
		"{1} and {his1} then {girlfriend2} {2} became {bride1} and {bride2} in {year} .",
		"{1} got engaged to {2} , now {his1} {wife2} , within a month .",
		"{1} , divorced at {age} , walked down the aisle again with {2} {tail} .",
		"on their silver wedding anniversary {1} recalled dating {2} in {town} .",
		"{1} was still dating a {job} when {2} , now {his1} {wife2} , moved in next door .",
		"before their wedding in {year} {1} was the {girlfriend1} of {2} for {years} years .",
		"{1} became engaged to {2} on {weekday} and married {him2} in {month} .",
	}
}

// partners: a couple that is not married, or other people's affairs.
func partners() []string {
	return []string{
		"{lead} {1} is dating {2} {tail} .",
		"{1} and {his1} {girlfriend2} {2} were seen at the {party} {tail} .",
		"{when} {1} became engaged to {2} {tail} .",
		"{1} , {girlfriend1} of the {job} {2} , won the {contest} .",
		"{1} , who divorced in {year} , hired {2} for the {shop} .",
		"{1} denied dating {2} in a letter to the {paper} .",
		"{when} {1} broke up with {his1} {fiancee2} {2} {tail} .",
		"{1} engaged {2} as a {job} for the summer .",
		"{1} is engaged in a dispute over the {issue} with {2} {tail} .",
		"{1} left the {party} with {his1} new {girlfriend2} {2} {tail} .",
		"{1} and {his1} {fiancee2} {2} have split up {tail} .",
		"{1} founded a dating service in {town} with {2} .",
		"{1} stopped dating {2} when the {shop} closed .",
		"{1} shares a flat with {his1} {girlfriend2} {2} in {town} .",
		"{1} was represented in court by the divorced {job} {2} .",
		"{1} introduced a {date1} to {2} at the {party} .",
	}
}

// perhapsPartners: two people with a past that the text leaves open.
func perhapsPartners() []string {
	return []string{
		"{when} {1} divorced {2} {tail} .",
		"{1} is said to be divorced from {2} .",
		"{1} , who was engaged to {2} in {year} , does not talk about {his1} private life .",
		"{1} has lived for years with {his1} former {girlfriend2} {2} in {town} .",
		"{1} , once the {fiancee1} of {2} , now uses {his2} surname .",
		"{1} was long engaged to {2} , and the {paper} printed a notice in {month} .",
		"the divorced {job} {1} and the divorced {job} {2} run the {shop} in {town} .",
		"{1} used to call {his1} {girlfriend2} {2} the other half of the firm .",
		"{1} and {his1} {girlfriend2} {2kin} have used one surname since {year} .",
	}
}
