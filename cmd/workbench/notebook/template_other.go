package notebook

// work: two people whom work, sport or chance brings together.
func work() []string {
	return []string{
		"{when} {1} and {2} signed the contract for the new {building} {tail} .",
		"{when} {1} defeated {2} in the final of the {town} {contest} .",
		"{1} , editor of the {paper} , hired {2} in {year} .",
		"{when} {1} replaced {2} as head of the {board} {tail} .",
		"{when} {1} debated the {issue} with {2} {tail} .",
		"{1} , {age} , and {2} , {age} , were elected to the {board} {tail} .",
		"the {job} {1} taught {2} to play the {instrument} .",
		"{1} bought the {shop} on {street} from {2} for $ {price} .",
		"neither {1} nor {2} wished to comment on the {issue} .",
		"{1} scored twice before {2} was sent off in {town} .",
		"{1} told the {paper} that {2} would lead the {board} .",
		"{when} {1} accused {2} of ignoring the {issue} {tail} .",
		"the {job} {1} and the {job} {2} share a studio in {town} .",
		"{when} {1} interviewed {2} about the {issue} .",
		"{1} thanked {2} , {his1} former teacher , in a speech on {weekday} .",
		"{lead} {1} , a {job} by training , works for {2} .",
		"{1} conducted the orchestra while {2} played the {instrument} .",
		"{1} sold {count} drawings to {2} {tail} .",
		"{1} followed {2} as director of {company} in {year} .",
		"{1} drove the bus that carried {2} to {town} .",
		"{1} wrote a biography of {2} , the {job} .",
		"{lead} {1} praised the report by {2} on the {issue} .",
		"voters in {town} chose {1} over {2} by {count} votes .",
		"{1} beat {2} by {few} seconds in the {contest} {tail} .",
		"{1} and {2} climbed {mountain} in {month} {year} .",
		"the dentists {1} and {2} run the clinic on {street} .",
		"{1} asked {2} to postpone the vote on the {issue} {tail} .",
		"police in {town} thanked {1} and {2} for finding the lost {animal} .",
		"{1} lent {2} a {thing} for the {contest} .",
		"{1} , who chairs the {board} , disagrees with {2} about the {issue} .",
		"\" {quote} , \" {1} told {2} after the {contest} .",
		"\" {quote} , \" said {1} , and {2} nodded .",
		"{1} was fined after a quarrel with {2} over a {thing} {tail} .",
		"{1} will appear with {2} in a new film about {town} .",
		"the jury gave first prize to {1} , ahead of {2} {tail} .",
		"{1} repaired the {thing} that {2} had brought from {town} .",
		"{1} has managed {company} since {2} retired in {year} .",
		"both {1} and {2} missed the night train to {town} .",
		"{1} phoned {2} about the delivery of {count} chairs .",
		"{when} {1} handed the keys of the {building} to {2} {tail} .",
		"{1} , the {job} , and {2} , the {job} , were stuck in a lift for {few} hours .",
		"{1} and {2} , both from {town} , joined {company} on the same day .",
	}
}

// family: relatives other than a married couple, neighbours and friends.
func family() []string {
	return []string{
		"{1} and {his1} {brother2} {2kin} inherited the {shop} {tail} .",
		"{1} named {his1} {son2} {2kin} after a {job} from {town} .",
		"{1} took over the {shop} from {his1} {father2} {2kin} in {year} .",
		"the twins {1} and {2kin} both play the {instrument} .",
		"{1} is the cousin of {2} , who won the {contest} .",
		"{lead} {1} lives with {his1} {grandfather2} , {2kin} .",
		"{1} , {uncle1} of the {job} {2} , never liked the {building} .",
		"{1} was raised by {his1} {uncle2} {2} on a farm near {town} .",
		"{1} shares a flat with {2} and three other students .",
		"{1} has been a neighbour of {2} on {street} since {year} .",
		"{1} and {2} went to school together in {town} .",
		"{1} lost touch with {his1} childhood friend {2} in {year} {tail} .",
		"{1} taught {his1} {nephew2} {2} how to mend a {thing} .",
		"{1} , {father1} of the {job} {2kin} , watched from the front row .",
		"{1} has not spoken to {his1} {brother2} {2kin} since {month} {year} .",
		"{1} found the {animal} that {2} had lost near {town} .",
		"{when} {1} and {his1} {son2} {2kin} opened a {shop} in {town} .",
		"{1} borrowed a {thing} from {2} across the street {tail} .",
	}
}

// together: two people of whom the text does not say what they are to each
// other.
func together() []string {
	return []string{
		"{1} and {2} were seen together outside the {church} in {town} .",
		"{lead} {1} and {2kin} keep a {shop} on {street} .",
		"{when} {1} arrived at the {party} with {2} {tail} .",
		"a card signed by {1} and {2kin} hangs in the {building} .",
		"{when} {1} and {2kin} sold their house in {town} {tail} .",
		"{1} dedicated a poem to {2} {tail} .",
		"{1} and {2} have {few} children {tail} .",
		"the farm near {town} belongs to {1} and {2kin} .",
		"{1} moved to {town} with {2} in {year} .",
		"{1} and {2} hosted a {party} at their home on {street} .",
		"flowers were sent by {1} and {2kin} {tail} .",
		"{1} has shared a house with {2} since {year} .",
		"the guest list for the {party} begins with {1} and {2kin} .",
	}
}
