from supervision.models.sanction import DEPARTMENTS, Sanction, SanctionOpinion

__all__ = ["DEPARTMENTS", "Sanction", "SanctionOpinion"]
