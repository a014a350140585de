package notebook

// A template is a sentence with words and slots between single spaces. {1} and
// {2} are the two persons, in this order; {2kin} is a second person who bears
// the surname of the first. Other slots are those of fillers, gendered and
// generator.number; the first word gets its capital later. What stands between
// the persons decides which labeling functions vote: each list keeps to the
// votes of the patterns that use it.

// andSpouse: the two are married, and the text says so in so many words.
func andSpouse() []string {
	return []string{
		"{when} {1} and {his1} {wife2} {2} opened a {shop} in {town} {tail} .",
		"{1} and {his1} {wife2} , {2} , own the {shop} on {street} .",
		"{when} {1} and {his1} {wife2} {2} gave $ {price} to the {building} in {town} .",
		"{1} , {age} , and {his1} {wife2} , the {job} {2} , have moved to {town} .",
		"the {job} {1} and {his1} {wife2} {2} were guests of honour at the {party} {tail} .",
		"{1} sings , and {his1} {wife2} {2} plays the {instrument} .",
		"friends of {1} and {his1} {wife2} {2} organised a {party} in {town} .",
		"{1} and {his1} {wife2} of {years} years , {2} , have restored the {building} {tail} .",
		"{1} travelled to {town} with {few} colleagues and {his1} {wife2} {2} .",
		"{1} and {his1} {wife2} {2} have lived on {street} since {year} {tail} .",
		"the {shop} belongs to {1} and {his1} {wife2} , the former {job} {2} .",
		"for {years} years {1} and {his1} {wife2} {2} have rented out boats in {town} .",
	}
}

// couple: the two are married, but nothing between them says so.
func couple() []string {
	return []string{
		"{when} {1} and {2} celebrated their {nth} anniversary in {town} {tail} .",
		"the wedding of {1} and {2} drew {count} guests to {town} {tail} .",
		"{1} and {2kin} , married since {year} , still run the {shop} together .",
		"newlyweds {1} and {2} moved into a flat above the {shop} on {street} .",
		"{when} {1} tied the knot with {2} in {town} {tail} .",
		"{when} {1} exchanged vows with {2} in the {church} in {town} .",
		"married for {years} years , {1} and {2kin} have never shared a {thing} .",
		"{1} met {2} in {year} , and before long the two were husband and wife .",
		"{1} walked down the aisle towards {2} while somebody played the {instrument} .",
		"{1} and {2} left {town} for their honeymoon on {weekday} .",
		"the {bride1} , {1} , danced with the {bride2} , {2} , until four in the morning .",
		"as a married couple , {1} and {2} took over the {shop} in {town} {tail} .",
		"{1} still wears the ring that {2} gave {him1} at the altar in {year} .",
		"{1} took the surname of {2kin} after the ceremony in {town} {tail} .",
		"{when} {1} and {2} renewed their vows after {years} years {tail} .",
		"{1} , widowed in {year} , keeps every letter that {2kin} wrote to {him1} .",
		"a priest from {town} blessed the union of {1} and {2} , who now have {few} children .",
		"{1} and {2kin} marked {years} years of marriage with a {party} .",
		"{1} proposed to {2} at the {party} , and the wedding followed in {month} .",
		"guests threw rice at {1} and {2} outside the {church} .",
		"every {month} flowers arrive for {1} from {2} on the day of their wedding .",
		"the mayor of {town} pronounced {1} and {2} a married couple {tail} .",
		"{1} says that {2} slept through most of their honeymoon in {town} .",
		"{1} and {2kin} have been married for {years} years {tail} .",
		"{when} {1} eloped with {2} {tail} .",
		"{1} calls {2} the most patient spouse in {town} .",
		"a registrar in {town} wed {1} to {2} on a rainy {weekday} {tail} .",
		"wedding pictures show {1} and {2} in front of the {building} .",
	}
}

// married: the two are married, and a word between them says so.
func married() []string {
	return []string{
		"{when} {1} married {2} in {town} {tail} .",
		"{1} , {wife1} of the {job} {2kin} , runs the {shop} on {street} .",
		"{when} {1} got married to {2} in the {church} {tail} .",
		"{1} thanked {his1} {wife2} {2} for {years} years of patience .",
		"{1} 's {wife2} {2kin} accepted the prize on {his1} behalf .",
		"{1} lives in {town} with {his1} {wife2} {2kin} {tail} .",
		"{1} , whose marriage to {2} has lasted {years} years , chairs the {board} .",
		"this {season} {1} marries {2} in {town} {tail} .",
		"{1} dedicated the novel to {his1} late {wife2} , {2kin} .",
		"{when} {1} announced {his1} marriage to {2} {tail} .",
		"{1} wore a green coat at {his1} wedding to {2} in {town} .",
		"{1} has been the {wife1} of {2} since {year} .",
		"{1} was survived by {his1} {wife2} , {2kin} , and {few} grandchildren .",
		"{1} has been happily married to {2} for {years} years {tail} .",
		"{1} , spouse of the {job} {2kin} , joined the {board} in {year} .",
		"after {few} years abroad {1} married {his1} old neighbour {2} {tail} .",
		"{1} toasted {his1} new {wife2} {2} with a glass of {drink} .",
		"{1} credits {his1} {wife2} {2} with the idea for the {shop} .",
		"the {job} {1} , who married the {job} {2} in {year} , has retired .",
		"{1} cut the wedding cake while {2} , the {bride2} , held the plate .",
		"{1} has taken {his1} {wife2} {2kin} to every {contest} since {year} .",
	}
}

// othersMarried: somebody is married, but not these two.
func othersMarried() []string {
	return []string{
		"{1} , who attended the wedding of {2} , praised the music .",
		"{1} photographed the wedding of {2} in {town} {tail} .",
		"{when} {1} baked the wedding cake for {2} {tail} .",
		"{1} said {his1} {mate1} had once worked for {2} .",
		"{1} , with {his1} {mate1} , rented a cottage from {2} in {month} {year} .",
		"{when} {1} introduced {his1} {mate1} to {2} at the {party} .",
		"{1} wrote a study of marriage customs in {town} with {2} .",
		"{1} told the {mate2} of {2} about the plans for the {building} .",
		"{1} , a lawyer in marriage cases , will face {2} in court on {weekday} .",
		"{when} {1} argued about the marriage bill with {2} {tail} .",
		"{1} bought a shop for wedding dresses from {2} for $ {price} .",
		"{1} played the {instrument} at a wedding where {2} gave a speech .",
		"{1} designed a wedding dress for the niece of {2} {tail} .",
		"{1} , who married a {job} in {year} , studied under {2} .",
		"{1} , married with {few} children , succeeds {2} at {company} .",
		"{1} caught the bouquet at a wedding hosted by {2} in {town} .",
		"{1} directed \" The Lighthouse Wife \" , a film with {2} .",
		"{1} parked the wedding car outside the home of {2} on {street} .",
		"{1} lost a bet on the royal wedding to {2} , a {job} .",
		"{when} {1} interviewed the {mate2} of {2} about the {issue} .",
		"{1} , whose {mate1} owns the {shop} , took {2} to court over a {thing} .",
		"{1} rejected the marriage tax that {2} proposed {tail} .",
		"{1} marries couples in the {church} , where {2} plays the {instrument} .",
		"{1} asked whether the husband of a client had paid {2} .",
		"{1} plays the {wife1} of a spy in a series written by {2} .",
		"the {job} {1} left early because {his1} {mate1} had met {2} before .",
		"{1} sent {his1} {mate1} a postcard from the workshop of {2} in {town} .",
		"{1} missed the wedding because {2} had the only {thing} in {town} .",
		"{1} read a poem about marriage before {2} took the stage .",
		"{1} finished ahead of {his1} {mate1} but behind {2} in the {contest} .",
	}
}

// perhapsMarried: a word of marriage, and the reader may wonder.
func perhapsMarried() []string {
	return []string{
		"{when} {1} and {his1} former {wife2} {2} sold the {shop} .",
		"{1} denied rumours of a secret marriage to {2} {tail} .",
		"{1} has moved the wedding to {2} from {month} to {month} .",
		"{1} reportedly married {2} in secret in {year} .",
		"{1} hopes for a wedding with {2} next {season} {tail} .",
		"{1} asked a judge to annul the marriage to {2} .",
		"{1} , {exwife1} of the {job} {2} , still lives on {street} .",
		"{1} is planning a wedding with {2} {tail} .",
		"{1} was once the {wife1} of {2} , or so the {paper} claims .",
		"{1} spoke of {his1} short marriage with {2} for the first time .",
	}
}
